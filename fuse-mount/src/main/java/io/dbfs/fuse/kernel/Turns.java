package io.dbfs.fuse.kernel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Decides which threads wait for requests. The kernel gives each request to the thread that waits longest; were all idle
 * threads to wait there, every request would wake the one whose caches are coldest, which doubles what it costs. So two
 * wait there, and the others here until they are needed.
 */
final class Turns {
    private static final int MAX_READERS = 2;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wanted = lock.newCondition();

    @GuardedBy("lock")
    private int readers;

    @GuardedBy("lock")
    private int parked;

    @GuardedBy("lock")
    private boolean ended;

    /** Waits until one more reader is wanted; false when none was for so long, or when there is nothing more to read. */
    boolean take(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long leftNanos = patience.toNanos();
            while (readers >= MAX_READERS && !ended && leftNanos > 0) {
                parked++;
                try {
                    leftNanos = wanted.awaitNanos(leftNanos);
                } finally {
                    parked--;
                }
            }
            boolean taken = readers < MAX_READERS && !ended;
            readers += taken ? 1 : 0;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A reader has a request to serve. When it was the last one, another takes its place.
     *
     * @return false when there is nobody to take it: a thread is to be started
     */
    boolean leave() {
        lock.lock();
        try {
            readers--;
            if (readers > 0) {
                return true;
            }
            wanted.signal();
            return parked > 0;
        } finally {
            lock.unlock();
        }
    }

    /** There is nothing more to read: nobody waits any longer. */
    void end() {
        lock.lock();
        try {
            ended = true;
            wanted.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
