package io.dbfs.cluster.chunk;

import io.dbfs.common.bulk.DirectIo;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A new file, written from its beginning to its end by one thread.
 *
 * <p>Long pieces go past the page cache where that is wanted. Short ones, of files that are likely to be read soon, and ends
 * go through it.
 */
final class ChunkOutput implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(ChunkOutput.class);

    private final Path path;
    private final FileChannel buffered;
    /** Whether {@link #direct} is yet to be opened. */
    private boolean wantsDirect;

    private @Nullable FileChannel direct;
    private long length;

    /**
     * Makes the file.
     *
     * @param wantsDirect whether long pieces go past the page cache, if the filesystem can do that
     */
    ChunkOutput(Path path, boolean wantsDirect) throws IOException {
        this.path = path;
        this.wantsDirect = wantsDirect;
        this.buffered = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Writes the bytes behind those before; leaves the buffer's position as it is. */
    void append(ByteBuffer bytes) throws IOException {
        ByteBuffer rest = bytes.duplicate();
        if (DirectIo.suits(rest, length)) {
            writeDirect(rest);
        }
        write(buffered, rest);
    }

    /** Leaves to the page cache what cannot go past it: where the disk itself is at fault, that will come up there again. */
    private void writeDirect(ByteBuffer rest) throws IOException {
        if (wantsDirect) {
            wantsDirect = false;
            direct = DirectIo.open(path, StandardOpenOption.WRITE).orElse(null);
        }
        if (direct == null) {
            return;
        }
        try {
            write(direct, rest);
        } catch (IOException e) {
            log.info("{} is written through the page cache: {}", path, e.toString());
            closeDirect();
        }
    }

    private void write(FileChannel target, ByteBuffer rest) throws IOException {
        while (rest.hasRemaining()) {
            length += target.write(rest, length);
        }
    }

    /** Gives the file up to whoever makes it durable: it is written no more, and the channel is the caller's to close. */
    FileChannel release() throws IOException {
        closeDirect();
        return buffered;
    }

    private void closeDirect() throws IOException {
        if (direct != null) {
            direct.close();
            direct = null;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            closeDirect();
        } finally {
            buffered.close();
        }
    }
}
