package io.dbfs.common.bulk;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a sealed chunk lies in a node's filesystem. Immutable. */
public final class ChunkFile {
    private static final Logger log = LoggerFactory.getLogger(ChunkFile.class);

    private final Path path;
    private final long offset;
    private final int length;
    private final int[] checksums;
    private final boolean direct;

    /**
     * A chunk's place.
     *
     * @param path absolute
     * @param offset of the chunk's first byte in the file
     * @param length of the chunk, in bytes
     * @param checksums CRC32C of each block, as they came with the chunk when it was written
     * @param direct whether long pieces are best read past the page cache
     */
    public ChunkFile(Path path, long offset, int length, int[] checksums, boolean direct) {
        this.path = path;
        this.offset = offset;
        this.length = length;
        this.checksums = checksums.clone();
        this.direct = direct;
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** Of the chunk's first byte in the file. */
    public long offset() {
        return offset;
    }

    /** Of the chunk, in bytes. */
    public int length() {
        return length;
    }

    /** CRC32C of each block. */
    public int[] checksums() {
        return checksums.clone();
    }

    /** Whether long pieces are best read past the page cache. */
    public boolean isDirect() {
        return direct;
    }

    /** Whether a range begins where a block does, and ends where one or the chunk does. */
    boolean isWholeBlocks(int from, int bytes) {
        long end = (long) from + bytes;
        return from % BlockChecksums.BLOCK_BYTES == 0
                && bytes > 0
                && (end == length || (end < length && end % BlockChecksums.BLOCK_BYTES == 0));
    }

    /**
     * Fills {@code target} with whole blocks of the chunk, from {@code from} on.
     *
     * @throws IOException when the file cannot be read
     * @throws FsException EIO when it is damaged, or another file than the node's
     */
    void read(int from, ByteBuffer target) throws IOException {
        ByteBuffer bytes = target.slice();
        if (!direct || !DirectIo.suits(bytes, offset + from) || !isFilledDirectly(bytes, offset + from)) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                fill(bytes.clear(), channel, offset + from);
            }
        }
        int[] found = BlockChecksums.of(bytes.flip());
        int first = from / BlockChecksums.BLOCK_BYTES;
        for (int i = 0; i < found.length; i++) {
            if (found[i] != checksums[first + i]) {
                throw new FsException(Errno.EIO, path + ": checksum of block " + (first + i) + " differs");
            }
        }
        target.position(target.limit());
    }

    /** False where it cannot be read past the page cache, or not at all: then it will be told when it is read through it. */
    private boolean isFilledDirectly(ByteBuffer bytes, long fileOffset) {
        Optional<FileChannel> opened = DirectIo.open(path, StandardOpenOption.READ);
        if (opened.isEmpty()) {
            return false;
        }
        try (FileChannel channel = opened.get()) {
            fill(bytes, channel, fileOffset);
            return true;
        } catch (IOException e) {
            log.debug("{} is read through the page cache: {}", path, e.toString());
            return false;
        }
    }

    private void fill(ByteBuffer bytes, FileChannel channel, long fileOffset) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, fileOffset + bytes.position()) < 0) {
                throw new EOFException(path + " is too short");
            }
        }
    }
}
