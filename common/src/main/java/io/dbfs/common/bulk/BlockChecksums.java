package io.dbfs.common.bulk;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C of each 64 KiB of a chunk: computed by the writer, checked and stored by every node, checked again on reading. */
public final class BlockChecksums {
    /** Bytes that one checksum covers; the last block of a chunk may be shorter. */
    public static final int BLOCK_BYTES = 64 * 1024;

    private BlockChecksums() {}

    /** Number of blocks of so many bytes. */
    public static int blocks(int bytes) {
        return Math.toIntExact(((long) bytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
    }

    /** Checksums of the blocks of so many bytes, from the first one on. The buffer's position stays as it is. */
    public static int[] of(ByteBuffer bytes) {
        return ofPieces(0, bytes);
    }

    /**
     * Checksums of bytes that begin at {@code offset} of a chunk, cut where its blocks end: the first and the last piece may be
     * parts of a block. The buffer's position stays as it is.
     */
    public static int[] ofPieces(int offset, ByteBuffer bytes) {
        int[] checksums = new int[pieces(offset, bytes.remaining())];
        CRC32C crc = new CRC32C();
        ByteBuffer rest = bytes.duplicate();
        int room = BLOCK_BYTES - offset % BLOCK_BYTES;
        for (int i = 0; i < checksums.length; i++) {
            rest.limit(Math.min(bytes.limit(), rest.position() + room));
            crc.reset();
            crc.update(rest);
            checksums[i] = (int) crc.getValue();
            room = BLOCK_BYTES;
        }
        return checksums;
    }

    /** In how many pieces blocks cut so many bytes from {@code offset} on. */
    public static int pieces(int offset, int bytes) {
        return bytes == 0 ? 0 : blocks(offset % BLOCK_BYTES + bytes);
    }
}
