package io.dbfs.daemon.vfs;

import io.dbfs.daemon.chunk.HedgeBudget;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How long nodes may make no progress until this mount writes elsewhere. Short, so that a stopped node or a hung disk
 * stalls no program for long; but longer than chunks take of late, twice as long at each further attempt, and no longer
 * short when too many attempts of late were abandoned: nodes that are all slow would only get slower. Thread-safe.
 */
final class StallPolicy {
    /** A working node of an idle cluster answers within milliseconds. */
    private static final long EAGER_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);
    /** The same without budget. */
    private static final long PATIENT_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long LIMIT_MAX_NANOS = TimeUnit.SECONDS.toNanos(14);
    /** How much longer than the slowest of late a chunk may take. */
    private static final int SLOWEST_FACTOR = 3;
    /** After each chunk the slowest of late counts this much less. */
    private static final double DECAY = 0.9;
    /** Limits differ by up to this share, so that many writers do not move to other nodes at one moment. */
    private static final double JITTER = 0.2;
    /** Chunks stored for each that may be sent again, and how many may be at once. */
    private static final int CHUNKS_PER_HEDGE = 10;

    private static final int HEDGES_SAVED_MAX = 32;

    private final HedgeBudget budget = new HedgeBudget(CHUNKS_PER_HEDGE, HEDGES_SAVED_MAX);
    private final RandomGenerator random;
    private long slowestNanos;

    StallPolicy(RandomGenerator random) {
        this.random = random;
    }

    /** How long a chain may make no progress at this attempt, counted from 0, to store a chunk. */
    synchronized Duration limit(int attempt) {
        long least = budget.isSpent() ? PATIENT_NANOS : EAGER_NANOS;
        long usual = Math.max(least, slowestNanos * SLOWEST_FACTOR);
        double jittered = usual * (1 + JITTER * random.nextDouble());
        return Duration.ofNanos((long) Math.min((double) LIMIT_MAX_NANOS, jittered * (1L << Math.min(attempt, 10))));
    }

    /** A chunk was stored, so long after its last byte was sent. */
    synchronized void stored(long nanos) {
        slowestNanos = Math.max(nanos, (long) (slowestNanos * DECAY));
        budget.earn();
    }

    /** Whether a chunk whose node is slow may be stored elsewhere now; it then counts. */
    boolean spend() {
        return budget.spend();
    }

    /** A node that has been silent for this long is taken for stopped, whatever the budget. */
    static long stoppedAfterNanos() {
        return PATIENT_NANOS;
    }
}
