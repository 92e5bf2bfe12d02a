package io.dbfs.raft.jraft;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Entries that a follower has taken and not applied yet. JRaft keeps all of them in memory, and a leader sends what a late
 * replica lacks faster than that can apply it: so the next ones wait until there is room. Thread-safe.
 */
final class Unapplied {
    /** Bytes of entries that may wait to be applied; one request more may come on top. */
    static final long BYTES_MAX = 16 << 20;

    private static final long POLL_NANOS = 1_000_000;

    private record Taken(long lastIndex, int bytes) {}

    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private final Deque<Taken> taken = new ArrayDeque<>();

    @GuardedBy("this")
    private long bytes;

    Unapplied(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Waits for room, and counts the entries when there is some.
     *
     * @param applied the index up to which entries are applied
     * @return false when there was no room in time
     */
    boolean admit(long lastIndex, int entriesBytes, LongSupplier applied, Duration timeout) {
        long start = nanoTime.getAsLong();
        while (!isAdmitted(lastIndex, entriesBytes, applied.getAsLong())) {
            if (nanoTime.getAsLong() - start >= timeout.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(this, POLL_NANOS);
        }
        return true;
    }

    private synchronized boolean isAdmitted(long lastIndex, int entriesBytes, long applied) {
        for (Taken first = taken.peek(); first != null && first.lastIndex() <= applied; first = taken.peek()) {
            taken.remove();
            bytes -= first.bytes();
        }
        if (bytes > BYTES_MAX) {
            return false;
        }
        taken.add(new Taken(lastIndex, entriesBytes));
        bytes += entriesBytes;
        return true;
    }
}
