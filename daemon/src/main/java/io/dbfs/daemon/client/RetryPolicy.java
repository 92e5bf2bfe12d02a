package io.dbfs.daemon.client;

import java.time.Duration;

/**
 * How long an operation is tried, and how often. Between attempts waits a random time of up to a bound that doubles from
 * {@code firstBackoff} to {@code lastBackoff}.
 *
 * @param operationTimeout an operation that has no answer after this fails with ETIMEDOUT
 * @param firstAttemptTimeout a server that has not answered after this is left for another at the first attempt; at each
 *     further one after twice the time
 * @param attemptTimeout the longest an attempt takes
 */
public record RetryPolicy(
        Duration operationTimeout,
        Duration firstAttemptTimeout,
        Duration attemptTimeout,
        Duration firstBackoff,
        Duration lastBackoff) {
    public RetryPolicy {
        if (operationTimeout.isNegative() || operationTimeout.isZero()) {
            throw new IllegalArgumentException("operation timeout: " + operationTimeout + " (expected: > 0)");
        }
        if (firstAttemptTimeout.isNegative()
                || firstAttemptTimeout.isZero()
                || firstAttemptTimeout.compareTo(attemptTimeout) > 0) {
            throw new IllegalArgumentException("attempt timeout: " + firstAttemptTimeout + " to " + attemptTimeout
                    + " (expected: 0 < first <= last)");
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

    /** How long attempt {@code attempt}, counted from 0, waits for an answer; nanoseconds. */
    long attemptNanos(int attempt) {
        int doublings = Math.min(attempt, 20);
        return Math.min(firstAttemptTimeout.toNanos() << doublings, attemptTimeout.toNanos());
    }

    /** The bound of the wait after attempt {@code attempt}, counted from 0; nanoseconds. */
    long backoffNanos(int attempt) {
        int doublings = Math.min(attempt, 20);
        return Math.min(firstBackoff.toNanos() << doublings, lastBackoff.toNanos());
    }
}
