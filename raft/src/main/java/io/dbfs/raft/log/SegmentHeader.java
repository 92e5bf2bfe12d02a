package io.dbfs.raft.log;

import io.dbfs.raft.DamagedStorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * A segment's first block.
 *
 * @param first index of its first record
 * @param isBase whether the log begins here: earlier segments are void
 * @param salt of its records
 */
record SegmentHeader(long first, boolean isBase, long salt) {
    /** Of a block, to which writes past the page cache are aligned. */
    static final int BYTES = 4096;

    private static final long MAGIC = 0x4442_4653_4c4f_4731L; // "DBFSLOG1"
    private static final int USED_BYTES = 28;

    ByteBuffer encode() {
        ByteBuffer block = ByteBuffer.allocate(BYTES);
        block.putLong(MAGIC).putLong(first).putLong(salt).putInt(isBase ? 1 : 0);
        return block.putInt(crc(block)).clear();
    }

    /**
     * Reads a segment's header.
     *
     * @throws IOException when it is none
     */
    static SegmentHeader read(FileChannel channel, Path path) throws IOException {
        ByteBuffer block = WholeBuffers.read(channel, 0, ByteBuffer.allocate(BYTES));
        if (block.remaining() < BYTES || block.getLong(0) != MAGIC || block.getInt(USED_BYTES) != crc(block)) {
            throw new DamagedStorageException(path, "it does not begin as a log segment (offset 0)");
        }
        return new SegmentHeader(block.getLong(8), block.getInt(24) != 0, block.getLong(16));
    }

    private static int crc(ByteBuffer block) {
        CRC32C crc = new CRC32C();
        crc.update(block.slice(0, USED_BYTES));
        return (int) crc.getValue();
    }
}
