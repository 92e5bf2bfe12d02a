package io.dbfs.daemon.chunk;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests may be sent a second time, to another node: a share of all, and a few at once. When everything is slow,
 * asking twice would make it slower. Thread-safe.
 */
public final class HedgeBudget {
    private static final int READS_PER_HEDGE = 10;
    private static final int HEDGES_SAVED_MAX = 5;

    private final int requestsPerHedge;
    private final int savedMax;
    private final AtomicInteger saved;

    /** For reads: one in ten. */
    HedgeBudget() {
        this(READS_PER_HEDGE, HEDGES_SAVED_MAX);
    }

    /**
     * @param requestsPerHedge requests for each that may be sent again
     * @param hedgesSavedMax how many may be sent again at once
     */
    public HedgeBudget(int requestsPerHedge, int hedgesSavedMax) {
        this.requestsPerHedge = requestsPerHedge;
        this.savedMax = requestsPerHedge * hedgesSavedMax;
        this.saved = new AtomicInteger(savedMax);
    }

    /** A request was begun. */
    public void earn() {
        saved.updateAndGet(requests -> Math.min(savedMax, requests + 1));
    }

    /** Whether one may be sent again; it then counts as sent. */
    public boolean spend() {
        return saved.getAndUpdate(requests -> requests >= requestsPerHedge ? requests - requestsPerHedge : requests)
                >= requestsPerHedge;
    }

    /** Whether none may be sent again now. */
    public boolean isSpent() {
        return saved.get() < requestsPerHedge;
    }
}
