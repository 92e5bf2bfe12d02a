package io.dbfs.daemon.vfs;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Direct buffers of one size, reused, never more than a bound. Thread-safe; never waits. */
final class BufferPool {
    private final int bufferBytes;
    private final long buffersMax;
    private final AtomicLong lent = new AtomicLong();
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
        return new SharedBuffer(buffer == null ? ByteBuffer.allocateDirect(bufferBytes) : buffer, this);
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
