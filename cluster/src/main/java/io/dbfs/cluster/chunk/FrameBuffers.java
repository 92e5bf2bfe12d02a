package io.dbfs.cluster.chunk;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.common.bulk.DirectIo;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Buffers of one size, fit for {@link DirectIo}, used again: as many are kept as are usual at once. Thread-safe. */
final class FrameBuffers {
    private final int sizeBytes;
    private final int keptMax;
    private final BlockingQueue<ByteBuffer> idle;

    @GuardedBy("this")
    private boolean keptMade;

    FrameBuffers(int sizeBytes, int keptMax) {
        this.sizeBytes = sizeBytes;
        this.keptMax = keptMax;
        this.idle = new ArrayBlockingQueue<>(keptMax);
    }

    int sizeBytes() {
        return sizeBytes;
    }

    /** A buffer of this size: one of those that are kept, or one made for the occasion. */
    ByteBuffer take() {
        ByteBuffer kept = poll();
        return kept == null ? make(sizeBytes) : kept;
    }

    /** One of those that are kept; null when all are in use. They are made when the first is wanted, in one piece of memory. */
    @Nullable
    ByteBuffer poll() {
        ByteBuffer buffer = idle.poll();
        if (buffer == null) {
            makeKept();
            buffer = idle.poll();
        }
        return buffer == null ? null : buffer.clear();
    }

    private synchronized void makeKept() {
        if (!keptMade) {
            keptMade = true;
            idle.addAll(DirectIo.allocate(sizeBytes, keptMax));
        }
    }

    /** A buffer of so many bytes, a multiple of 4 KiB, beside those that are kept. */
    ByteBuffer make(int bytes) {
        return DirectIo.allocate(bytes, 1).get(0);
    }

    /** Gives a buffer back. One that was made for the occasion is left to the garbage collector unless there is room for it. */
    void giveBack(ByteBuffer buffer) {
        if (buffer.capacity() == sizeBytes) {
            boolean kept = idle.offer(buffer);
            assert kept || idle.remainingCapacity() == 0;
        }
    }
}
