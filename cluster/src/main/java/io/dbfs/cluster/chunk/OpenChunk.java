package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.bulk.BlockChecksums;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** A sealed chunk's open file. Reading is thread-safe; owners are counted by {@link OpenChunks}. */
final class OpenChunk {
    private static final int BLOCK = BlockChecksums.BLOCK_BYTES;
    private static final ThreadLocal<ByteBuffer> SCRATCH =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BLOCK));

    private final FileChannel file;
    private final ChunkTrailer trailer;
    int owners = 1;

    private OpenChunk(FileChannel file, ChunkTrailer trailer) {
        this.file = file;
        this.trailer = trailer;
    }

    static OpenChunk open(Path path, ChunkId id) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new OpenChunk(file, ChunkTrailer.read(file, id));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    int length() {
        return trailer.length();
    }

    int read(int offset, ByteBuffer target) throws IOException {
        int end = offset + Math.max(0, Math.min(target.remaining(), length() - offset));
        int at = offset;
        while (at < end) {
            int whole = wholeBlocks(at, end);
            at += whole > 0 ? readBlocks(at, whole, target) : readPart(at, end, target);
        }
        return end - offset;
    }

    /** Bytes from {@code at} to {@code end} that are blocks from beginning to end, the chunk's short last one included. */
    private int wholeBlocks(int at, int end) {
        if (at % BLOCK != 0) {
            return 0;
        }
        return end == length() ? end - at : (end - at) / BLOCK * BLOCK;
    }

    private int readBlocks(int at, int count, ByteBuffer target) throws IOException {
        int start = target.position();
        ByteBuffer bytes = target.duplicate().limit(start + count);
        ChunkTrailer.readFully(file, bytes, at);
        for (int done = 0; done < count; done += BLOCK) {
            int blockEnd = Math.min(done + BLOCK, count);
            verify((at + done) / BLOCK, bytes.limit(start + blockEnd).position(start + done));
        }
        target.position(start + count);
        return count;
    }

    private int readPart(int at, int end, ByteBuffer target) throws IOException {
        int blockStart = at / BLOCK * BLOCK;
        int blockEnd = Math.min(blockStart + BLOCK, length());
        ByteBuffer block = SCRATCH.get().clear().limit(blockEnd - blockStart);
        ChunkTrailer.readFully(file, block, blockStart);
        verify(blockStart / BLOCK, block.flip());
        int count = Math.min(end, blockEnd) - at;
        target.put(block.limit(at - blockStart + count).position(at - blockStart));
        return count;
    }

    private void verify(int block, ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        if ((int) crc.getValue() != trailer.checksums()[block]) {
            throw new FsException(Errno.EIO, "chunk " + trailer.id() + " block " + block + ": checksum differs");
        }
    }

    void close() throws IOException {
        file.close();
    }
}
