package io.dbfs.daemon.chunk;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many reads may be asked of a second replica: one in ten, and a few at once. When everything is slow, asking twice
 * would make it slower. Thread-safe.
 */
final class HedgeBudget {
    private static final int READS_PER_HEDGE = 10;
    private static final int SAVED_MAX = 5 * READS_PER_HEDGE;

    private final AtomicInteger saved = new AtomicInteger(SAVED_MAX);

    /** A read was begun. */
    void earn() {
        saved.updateAndGet(reads -> Math.min(SAVED_MAX, reads + 1));
    }

    /** Whether one may be asked again; it then counts as asked. */
    boolean spend() {
        return saved.getAndUpdate(reads -> reads >= READS_PER_HEDGE ? reads - READS_PER_HEDGE : reads)
                >= READS_PER_HEDGE;
    }
}
