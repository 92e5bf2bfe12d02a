package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.bulk.BlockChecksums;
import io.dbfs.common.bulk.ChunkFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
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

    /**
     * Reads a chunk's file from its beginning to its end.
     *
     * @throws IOException when it cannot be read, or its trailer is damaged
     * @throws FsException EIO when a block's checksum differs
     */
    static void verify(Path path, ChunkId id) throws IOException {
        OpenChunk chunk = open(path, id);
        try {
            for (int at = 0; at < chunk.length(); at += BLOCK) {
                chunk.readPart(at, Math.min(at + BLOCK, chunk.length()), ByteBuffer.allocate(BLOCK));
            }
        } finally {
            chunk.close();
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

    /** As {@link #read}, but does not verify whole blocks. Returns the checksum of each piece. */
    int[] readWithChecksums(int offset, ByteBuffer target) throws IOException {
        int end = offset + Math.max(0, Math.min(target.remaining(), length() - offset));
        int[] checksums = new int[BlockChecksums.pieces(offset, end - offset)];
        int piece = 0;
        for (int at = offset; at < end; ) {
            int whole = wholeBlocks(at, end);
            if (whole > 0) {
                ByteBuffer bytes = target.slice(target.position(), whole);
                ChunkTrailer.readFully(file, bytes, at);
                target.position(target.position() + whole);
                int blocks = BlockChecksums.blocks(whole);
                System.arraycopy(trailer.checksums(), at / BLOCK, checksums, piece, blocks);
                piece += blocks;
                at += whole;
            } else {
                int start = target.position();
                int count = readPart(at, end, target);
                checksums[piece++] = BlockChecksums.ofPieces(at, target.slice(start, count))[0];
                at += count;
            }
        }
        return checksums;
    }

    boolean isWholeBlocks(int offset, int bytes) {
        return (long) offset + bytes <= length() && wholeBlocks(offset, offset + bytes) == bytes;
    }

    /** Chunk and file begin together; {@code path} is where it was opened. */
    ChunkFile file(Path path, boolean direct) {
        return new ChunkFile(path.toAbsolutePath(), 0, length(), trailer.checksums(), direct);
    }

    /** What was stored as checksums of whole blocks. */
    int[] checksums(int offset, int bytes) {
        return Arrays.copyOfRange(trailer.checksums(), offset / BLOCK, BlockChecksums.blocks(offset + bytes));
    }

    /** Writes bytes of the chunk to a channel that blocks. */
    void transfer(int offset, int bytes, WritableByteChannel target) throws IOException {
        for (int done = 0; done < bytes; ) {
            long count = file.transferTo((long) offset + done, bytes - done, target);
            if (count <= 0) {
                throw new EOFException("chunk " + trailer.id() + " ends at " + (offset + done));
            }
            done += (int) count;
        }
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
