package io.dbfs.raft.jraft;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * When a follower applies what is committed. Nobody waits for a follower's state, and one entry alone costs twice what it
 * costs among others, because a processor that changes threads has forgotten code and data: so a follower gathers entries
 * for a moment. Used by the applying thread.
 */
final class ApplyPace {
    /** By so much a follower's state may be later than without, which a leader that was just elected makes up for first. */
    private static final long GATHER_NANOS = 20_000_000;
    /** A replica that gets as many at once is behind, and gathers nothing. */
    private static final int BATCH_ENTRIES_MAX = 256;

    private final LongSupplier nanoTime;
    private long lastNanos;
    private boolean isBehind;

    ApplyPace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        lastNanos = nanoTime.getAsLong() - GATHER_NANOS;
    }

    /** Returns when a follower's next batch is due: at once after a pause. */
    void await() {
        long left = lastNanos + GATHER_NANOS - nanoTime.getAsLong();
        while (left > 0 && !isBehind) {
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                break;
            }
            left = lastNanos + GATHER_NANOS - nanoTime.getAsLong();
        }
    }

    /** Notes that a batch was applied. */
    void applied(long entries) {
        lastNanos = nanoTime.getAsLong();
        isBehind = entries >= BATCH_ENTRIES_MAX;
    }
}
