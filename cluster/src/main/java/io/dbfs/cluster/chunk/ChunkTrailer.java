package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.bulk.BlockChecksums;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/**
 * What follows a chunk's bytes in its file: the CRC32C of each block, then magic, version, block size, id, length and
 * the CRC32C of all that. At the end, so that the data is page-aligned and written in one pass.
 */
record ChunkTrailer(ChunkId id, int length, int[] checksums) {
    private static final long MAGIC = 0x4442_4653_4348_4e4bL; // "DBFSCHNK"
    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 8 + 4 + 4 + 8 + 4 + 4;

    /** Length of the chunk in a file of that size; empty when no chunk makes a file of that size. */
    static OptionalInt lengthInFileOf(long fileBytes) {
        long variable = fileBytes - FIXED_BYTES;
        if (variable < 0 || variable > ChunkStore.MAX_CHUNK_BYTES * 2L) {
            return OptionalInt.empty();
        }
        long unit = BlockChecksums.BLOCK_BYTES + Integer.BYTES;
        int length = (int) (variable - Integer.BYTES * ((variable + unit - 1) / unit));
        return length >= 0 && length + trailerBytes(length) == fileBytes ? OptionalInt.of(length) : OptionalInt.empty();
    }

    private static int trailerBytes(int length) {
        return BlockChecksums.blocks(length) * Integer.BYTES + FIXED_BYTES;
    }

    ByteBuffer encode() {
        ByteBuffer encoded = ByteBuffer.allocate(trailerBytes(length));
        for (int checksum : checksums) {
            encoded.putInt(checksum);
        }
        encoded.putLong(MAGIC)
                .putInt(VERSION)
                .putInt(BlockChecksums.BLOCK_BYTES)
                .putLong(id.value())
                .putInt(length);
        return encoded.putInt(crc(encoded)).flip();
    }

    /**
     * Reads and checks the trailer of a sealed chunk's file.
     *
     * @throws IOException when it cannot be read, or is not what was written
     */
    static ChunkTrailer read(FileChannel file, ChunkId id) throws IOException {
        long size = file.size();
        int length = lengthInFileOf(size)
                .orElseThrow(() -> new IOException("chunk " + id + " has a file of " + size + " bytes: torn"));
        ByteBuffer encoded = ByteBuffer.allocate(trailerBytes(length));
        readFully(file, encoded, length);
        encoded.flip();
        int[] checksums = new int[BlockChecksums.blocks(length)];
        for (int i = 0; i < checksums.length; i++) {
            checksums[i] = encoded.getInt();
        }
        boolean whole = encoded.getLong() == MAGIC
                && encoded.getInt() == VERSION
                && encoded.getInt() == BlockChecksums.BLOCK_BYTES
                && encoded.getLong() == id.value()
                && encoded.getInt() == length
                && crc(encoded) == encoded.getInt();
        if (!whole) {
            throw new IOException("chunk " + id + " has a damaged trailer");
        }
        return new ChunkTrailer(id, length, checksums);
    }

    static void readFully(FileChannel file, ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int count = file.read(target, at);
            if (count < 0) {
                throw new EOFException("file ends at " + at + " (expected: " + target.remaining() + " more bytes)");
            }
            at += count;
        }
    }

    private static int crc(ByteBuffer encoded) {
        CRC32C crc = new CRC32C();
        crc.update(encoded.duplicate().flip());
        return (int) crc.getValue();
    }
}
