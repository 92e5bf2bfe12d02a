package io.dbfs.daemon.vfs;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How often a file's placement is asked for anew because a node refused to have a chunk: at once, and where that did not help,
 * after a pause that doubles, for then the cluster has yet to find out. Thread-safe.
 */
final class PlacementRenewal {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    static final Duration MAX_PAUSE = Duration.ofMinutes(5);

    private final LongSupplier nanoTime;
    private boolean renewed;
    private long renewedNanos;
    private long pauseNanos = FIRST_PAUSE.toNanos();

    PlacementRenewal(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether to ask now; the caller does when this is true. */
    synchronized boolean isDue() {
        long now = nanoTime.getAsLong();
        long since = now - renewedNanos;
        if (renewed && since < pauseNanos) {
            return false;
        }
        // Long after the last one this is about another move of the copies.
        boolean again = renewed && since < 2 * MAX_PAUSE.toNanos();
        pauseNanos = again ? Math.min(2 * pauseNanos, MAX_PAUSE.toNanos()) : FIRST_PAUSE.toNanos();
        renewed = true;
        renewedNanos = now;
        return true;
    }
}
