package io.dbfs.raft.jraft;

import java.time.Duration;
import java.util.Optional;

/** When a replica that halted is opened again. Used by one thread. */
final class ReopenPolicy {
    /** Attempts in a row that come to nothing before the process ends: what they do not mend a new process may. */
    static final int ATTEMPTS_MAX = 10;

    private static final Duration DELAY_MIN = Duration.ofSeconds(1);
    private static final Duration DELAY_MAX = Duration.ofSeconds(30);
    /** A replica that ran for this long did not fail for what it failed for before. */
    private static final Duration STABLE = Duration.ofMinutes(1);

    private int failures;

    /**
     * How long to wait before the next attempt; empty when there have been enough.
     *
     * @param ran how long the replica ran before it failed; zero when it could not be opened
     */
    Optional<Duration> failed(Duration ran) {
        failures = ran.compareTo(STABLE) >= 0 ? 1 : failures + 1;
        if (failures > ATTEMPTS_MAX) {
            return Optional.empty();
        }
        Duration delay = DELAY_MIN.multipliedBy(1L << Math.min(failures - 1, 10));
        return Optional.of(delay.compareTo(DELAY_MAX) > 0 ? DELAY_MAX : delay);
    }
}
