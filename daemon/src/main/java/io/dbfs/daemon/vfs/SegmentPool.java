package io.dbfs.daemon.vfs;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The memory of written data, for all files together: direct buffers of two sizes, reused, never more than a bound.
 * Thread-safe.
 */
final class SegmentPool {
    /** What a file's first bytes get, so that many small files do not exhaust the pool. */
    static final int SMALL_BYTES = 64 << 10;
    /** What a stream gets; also the size of a frame on its way to the nodes. */
    static final int LARGE_BYTES = 256 << 10;

    private final long limitBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();
    private final Deque<ByteBuffer> smallFree = new ArrayDeque<>();
    private final Deque<ByteBuffer> largeFree = new ArrayDeque<>();
    private long reservedBytes;
    private long allocatedBytes;

    SegmentPool(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Sets bytes aside for {@link #take}; false when there are not enough now. */
    boolean reserve(long bytes) {
        if (bytes == 0) {
            return true;
        }
        lock.lock();
        try {
            if (reservedBytes + bytes > limitBytes) {
                return false;
            }
            reservedBytes += bytes;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@code bytes} could be set aside; false when {@code timeoutNanos} pass before. */
    boolean awaitRoom(long bytes, long timeoutNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = timeoutNanos;
            while (reservedBytes + bytes > limitBytes) {
                if (left <= 0) {
                    return false;
                }
                left = returned.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** An empty buffer of one of the two sizes, out of what was reserved. */
    ByteBuffer take(int bytes) {
        lock.lock();
        try {
            ByteBuffer free = free(bytes).pollFirst();
            if (free != null) {
                return free.clear();
            }
            makeRoomFor(bytes);
            allocatedBytes += bytes;
        } finally {
            lock.unlock();
        }
        return ByteBuffer.allocateDirect(bytes);
    }

    /** What is free in the other size must not stand beside a full pool of this one. */
    private void makeRoomFor(int bytes) {
        Deque<ByteBuffer> other = bytes == SMALL_BYTES ? largeFree : smallFree;
        while (allocatedBytes + bytes > limitBytes && !other.isEmpty()) {
            allocatedBytes -= other.removeLast().capacity();
        }
    }

    /** Takes a buffer back, and what was reserved for it. */
    void giveBack(ByteBuffer buffer) {
        lock.lock();
        try {
            free(buffer.capacity()).addFirst(buffer);
            reservedBytes -= buffer.capacity();
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Deque<ByteBuffer> free(int bytes) {
        return bytes == SMALL_BYTES ? smallFree : largeFree;
    }

    /** Bytes in use, for tests and statistics. */
    long reservedBytes() {
        lock.lock();
        try {
            return reservedBytes;
        } finally {
            lock.unlock();
        }
    }
}
