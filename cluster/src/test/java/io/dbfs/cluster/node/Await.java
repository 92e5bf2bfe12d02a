package io.dbfs.cluster.node;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for conditions that come about in other threads. */
final class Await {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(90);
    private static final long POLL_MILLIS = 20;

    private Await() {}

    /** Returns once the condition holds; fails the test when it does not within a minute and a half. */
    static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > LIMIT_NANOS) {
                throw new AssertionError("not within the limit: " + what);
            }
            boolean unused = new CountDownLatch(1).await(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
