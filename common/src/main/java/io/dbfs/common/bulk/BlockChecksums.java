package io.dbfs.common.bulk;

import java.nio.ByteBuffer;
import java.util.List;
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

    /** Checksums of the blocks of the given pieces laid end to end. The pieces' positions stay as they are. */
    public static int[] of(List<ByteBuffer> pieces) {
        int total = 0;
        for (ByteBuffer piece : pieces) {
            total = Math.addExact(total, piece.remaining());
        }
        int[] checksums = new int[blocks(total)];
        CRC32C crc = new CRC32C();
        int block = 0;
        int room = BLOCK_BYTES;
        for (ByteBuffer piece : pieces) {
            ByteBuffer rest = piece.duplicate();
            while (rest.hasRemaining()) {
                int count = Math.min(room, rest.remaining());
                update(crc, rest, count);
                room -= count;
                if (room == 0) {
                    checksums[block++] = (int) crc.getValue();
                    crc.reset();
                    room = BLOCK_BYTES;
                }
            }
        }
        if (room < BLOCK_BYTES) {
            checksums[block] = (int) crc.getValue();
        }
        return checksums;
    }

    /** One checksum over all the pieces laid end to end. The pieces' positions stay as they are. */
    public static int whole(List<ByteBuffer> pieces) {
        CRC32C crc = new CRC32C();
        for (ByteBuffer piece : pieces) {
            crc.update(piece.duplicate());
        }
        return (int) crc.getValue();
    }

    private static void update(CRC32C crc, ByteBuffer rest, int count) {
        int limit = rest.limit();
        rest.limit(rest.position() + count);
        crc.update(rest);
        rest.limit(limit);
    }
}
