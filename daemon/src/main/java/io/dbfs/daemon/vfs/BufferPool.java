package io.dbfs.daemon.vfs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.common.bulk.DirectIo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Buffers of one size, fit for {@link DirectIo}, reused, never more than a bound. Thread-safe; never waits. */
final class BufferPool {
    private static final int BUFFERS_AT_ONCE = 4;

    private final int bufferBytes;
    private final long buffersMax;
    private final AtomicLong lent = new AtomicLong();

    @GuardedBy("this")
    private long allocated;

    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

    BufferPool(int bufferBytes, long limitBytes) {
        this.bufferBytes = bufferBytes;
        this.buffersMax = limitBytes / bufferBytes;
    }

    /** A buffer held once, or null when all are lent. */
    @Nullable
    SharedBuffer poll() {
        if (lent.incrementAndGet() > buffersMax) {
            lent.decrementAndGet();
            return null;
        }
        ByteBuffer buffer = free.poll();
        return new SharedBuffer(buffer == null ? allocate() : buffer, this);
    }

    private synchronized ByteBuffer allocate() {
        ByteBuffer meanwhile = free.poll();
        if (meanwhile != null) {
            return meanwhile;
        }
        // None is free, so all there are were lent to others: there is room for one at least.
        int count = (int) Math.min(BUFFERS_AT_ONCE, buffersMax - allocated);
        allocated += count;
        List<ByteBuffer> made = DirectIo.allocate(bufferBytes, count);
        free.addAll(made.subList(1, count));
        return made.get(0);
    }

    void giveBack(ByteBuffer buffer) {
        free.add(buffer);
        lent.decrementAndGet();
    }

    /** Buffers in use, for tests. */
    long lent() {
        return lent.get();
    }
}
