package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.bulk.BlockChecksums;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A chunk being written to a file of a temporary name. */
final class FileWritableChunk implements WritableChunk {
    private static final Logger log = LoggerFactory.getLogger(FileWritableChunk.class);
    private static final int FIRST_CHECKSUMS = 128;

    /** Receives the progress of a writable chunk: bytes written, then exactly one successful seal or drop. */
    interface Progress {
        void wrote(int bytes);

        /** Makes the complete file the chunk's, and takes the channel over. */
        void seal(ChunkId id, int length, FileChannel file) throws IOException;

        void dropped();
    }

    private final ChunkFiles files;
    private final ChunkId id;
    private final Progress progress;
    private final ChunkOutput file;
    private int[] checksums = new int[FIRST_CHECKSUMS];
    private int length;
    private boolean ended;

    FileWritableChunk(ChunkFiles files, ChunkId id, boolean direct, Progress progress) throws IOException {
        this.files = files;
        this.id = id;
        this.progress = progress;
        files.prepareFolder(id);
        this.file = new ChunkOutput(files.unsealed(id), direct);
    }

    @Override
    public void append(ByteBuffer bytes, int[] added) {
        int count = bytes.remaining();
        requireFits(count, added);
        try {
            file.append(bytes);
        } catch (IOException e) {
            throw DiskErrors.of("write of chunk " + id, e);
        }
        int blocks = BlockChecksums.blocks(length);
        if (blocks + added.length > checksums.length) {
            checksums = Arrays.copyOf(checksums, Math.max(checksums.length * 2, blocks + added.length));
        }
        System.arraycopy(added, 0, checksums, blocks, added.length);
        length += count;
        progress.wrote(count);
    }

    private void requireFits(int bytes, int[] added) {
        if (length % BlockChecksums.BLOCK_BYTES != 0) {
            throw new FsException(Errno.EINVAL, "chunk " + id + " goes on after a short block, at " + length);
        }
        if ((long) length + bytes > ChunkStore.MAX_CHUNK_BYTES) {
            throw new FsException(Errno.EFBIG, "chunk " + id + ": " + ((long) length + bytes) + " bytes");
        }
        if (added.length != BlockChecksums.blocks(bytes)) {
            throw new FsException(Errno.EINVAL, "chunk " + id + ": " + added.length + " checksums for " + bytes);
        }
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void seal() {
        int[] table = Arrays.copyOf(checksums, BlockChecksums.blocks(length));
        try {
            file.append(new ChunkTrailer(id, length, table).encode());
            progress.seal(id, length, file.release());
        } catch (IOException e) {
            throw DiskErrors.of("seal of chunk " + id, e);
        }
        ended = true;
    }

    @Override
    public void close() {
        if (ended) {
            return;
        }
        ended = true;
        try {
            file.close();
            Files.deleteIfExists(files.unsealed(id));
        } catch (IOException e) {
            log.warn("chunk {}: dropping its unsealed file failed; the next start removes it: {}", id, e.toString());
        } finally {
            progress.dropped();
        }
    }
}
