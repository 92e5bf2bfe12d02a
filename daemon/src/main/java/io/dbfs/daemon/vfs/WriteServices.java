package io.dbfs.daemon.vfs;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What all writers of a mount share. {@code clock} is for the files' times, {@code nanoTime} for waits. */
record WriteServices(
        SegmentPool pool,
        Flusher flusher,
        KernelPages kernelPages,
        InodeCache inodes,
        DurableVersions durable,
        LockFences fences,
        WriteLimits limits,
        InstantSource clock,
        LongSupplier nanoTime) {
    /** Now, in nanoseconds since the epoch. */
    long nowNanos() {
        return epochNanos(clock);
    }

    static long epochNanos(InstantSource clock) {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
