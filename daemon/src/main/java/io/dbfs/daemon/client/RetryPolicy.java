package io.dbfs.daemon.client;

import java.time.Duration;

/**
 * How long an operation is tried, and how often. Between attempts waits a random time of up to a bound that doubles from
 * {@code firstBackoff} to {@code lastBackoff}.
 *
 * @param operationTimeout an operation that has no answer after this fails with ETIMEDOUT
 * @param probeAfter a server that has not answered after this is asked for a sign of life: with one it
 *     is asked again and given the attempt timeout, without one it is left for another
 * @param attemptTimeout a server that has not answered after this is left for another in any case
 */
public record RetryPolicy(
        Duration operationTimeout,
        Duration probeAfter,
        Duration attemptTimeout,
        Duration firstBackoff,
        Duration lastBackoff) {
    public RetryPolicy {
        if (operationTimeout.isNegative() || operationTimeout.isZero()) {
            throw new IllegalArgumentException("operation timeout: " + operationTimeout + " (expected: > 0)");
        }
        if (attemptTimeout.isNegative() || attemptTimeout.isZero()) {
            throw new IllegalArgumentException("attempt timeout: " + attemptTimeout + " (expected: > 0)");
        }
        if (probeAfter.isNegative() || probeAfter.isZero()) {
            throw new IllegalArgumentException("probe after: " + probeAfter + " (expected: > 0)");
        }
        if (firstBackoff.isNegative() || firstBackoff.compareTo(lastBackoff) > 0) {
            throw new IllegalArgumentException(
                    "backoff: " + firstBackoff + " to " + lastBackoff + " (expected: 0 <= first <= last)");
        }
    }

    /** The defaults, with this operation timeout. */
    public static RetryPolicy of(Duration operationTimeout) {
        return new RetryPolicy(
                operationTimeout,
                Duration.ofSeconds(1),
                Duration.ofSeconds(4),
                Duration.ofMillis(20),
                Duration.ofMillis(500));
    }

    /** The bound of the wait after attempt {@code attempt}, counted from 0; nanoseconds. */
    long backoffNanos(int attempt) {
        int doublings = Math.min(attempt, 20);
        return Math.min(firstBackoff.toNanos() << doublings, lastBackoff.toNanos());
    }
}
