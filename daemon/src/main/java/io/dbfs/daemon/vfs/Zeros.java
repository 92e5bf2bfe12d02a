package io.dbfs.daemon.vfs;

import java.nio.ByteBuffer;

/** Holes read as zeros. */
final class Zeros {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

    private Zeros() {}

    /** Fills what remains of {@code target}. */
    static void fill(ByteBuffer target) {
        while (target.hasRemaining()) {
            int count = Math.min(target.remaining(), ZEROS.capacity());
            target.put(target.position(), ZEROS, 0, count);
            target.position(target.position() + count);
        }
    }
}
