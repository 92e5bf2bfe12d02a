package io.dbfs.common.wire;

import java.time.Duration;

/** Acts when something is late, such as closing its connection; closing the deadline disarms it. Thread-safe. */
public final class WireDeadline implements AutoCloseable {
    private final Runnable late;
    private final long atNanos;
    private boolean passed;
    private boolean disarmed;

    private WireDeadline(Runnable late, long atNanos) {
        this.late = late;
        this.atNanos = atNanos;
    }

    /**
     * A deadline so far from now.
     *
     * @param late what happens then. It must not block: the next deadline waits for it, and so does {@link #close}.
     */
    public static WireDeadline start(Duration timeout, Runnable late) {
        WireDeadline deadline = new WireDeadline(late, WireWatch.CLOCK.getAsLong() + timeout.toNanos());
        WireWatch.arm(deadline);
        return deadline;
    }

    /** Whether it acted. */
    public synchronized boolean hasPassed() {
        return passed;
    }

    synchronized void check(long nowNanos) {
        if (!disarmed && nowNanos - atNanos >= 0) {
            passed = true;
            disarmed = true;
            WireWatch.disarm(this);
            late.run();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            disarmed = true;
        }
        WireWatch.disarm(this);
    }
}
