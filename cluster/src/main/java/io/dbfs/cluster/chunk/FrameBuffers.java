package io.dbfs.cluster.chunk;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Direct buffers of one size, used again: as many are kept as are usual at once. Thread-safe. */
final class FrameBuffers {
    private final int sizeBytes;
    private final BlockingQueue<ByteBuffer> idle;

    FrameBuffers(int sizeBytes, int keptMax) {
        this.sizeBytes = sizeBytes;
        this.idle = new ArrayBlockingQueue<>(keptMax);
    }

    int sizeBytes() {
        return sizeBytes;
    }

    ByteBuffer take() {
        ByteBuffer buffer = idle.poll();
        return buffer == null ? ByteBuffer.allocateDirect(sizeBytes) : buffer.clear();
    }

    /** Gives a buffer back; beyond the bound it is left to the garbage collector. */
    void giveBack(ByteBuffer buffer) {
        boolean kept = idle.offer(buffer);
        assert kept || idle.remainingCapacity() == 0;
    }
}
