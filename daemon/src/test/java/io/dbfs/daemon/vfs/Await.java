package io.dbfs.daemon.vfs;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition with a deadline. */
final class Await {
    private static final long WITHIN_NANOS = Duration.ofSeconds(20).toNanos();
    private static final long POLL_NANOS = Duration.ofMillis(2).toNanos();

    private Await() {}

    /** Returns when the condition holds; fails when it does not within 20 s. */
    static void until(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > WITHIN_NANOS) {
                throw new AssertionError("not in time: " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
