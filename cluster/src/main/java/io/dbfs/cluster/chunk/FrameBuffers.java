package io.dbfs.cluster.chunk;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.common.bulk.DirectIo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

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

    ByteBuffer take() {
        ByteBuffer buffer = idle.poll();
        return buffer == null ? make() : buffer.clear();
    }

    /** Those that are kept at once, in one piece of memory; each beyond them alone. */
    private synchronized ByteBuffer make() {
        ByteBuffer meanwhile = idle.poll();
        if (meanwhile != null) {
            return meanwhile.clear();
        }
        List<ByteBuffer> made = DirectIo.allocate(sizeBytes, keptMade ? 1 : keptMax);
        keptMade = true;
        made.subList(1, made.size()).forEach(this::giveBack);
        return made.get(0);
    }

    /** Gives a buffer back; beyond the bound it is left to the garbage collector. */
    void giveBack(ByteBuffer buffer) {
        boolean kept = idle.offer(buffer);
        assert kept || idle.remainingCapacity() == 0;
    }
}
