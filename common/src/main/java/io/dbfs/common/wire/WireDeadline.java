package io.dbfs.common.wire;

import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Acts when something is late, such as closing its connection; closing the deadline disarms it. Thread-safe. */
public final class WireDeadline implements AutoCloseable {
    private final Runnable late;
    private final Duration timeout;
    private final long startNanos;
    private final @Nullable InetSocketAddress peer;
    private @Nullable String passed;
    private boolean disarmed;

    private WireDeadline(Runnable late, Duration timeout, @Nullable InetSocketAddress peer) {
        this.late = late;
        this.timeout = timeout;
        this.startNanos = WireWatch.CLOCK.getAsLong();
        this.peer = peer;
    }

    /**
     * A deadline so far from now.
     *
     * @param late what happens then. It must not block: the next deadline waits for it, and so does {@link #close}.
     */
    public static WireDeadline start(Duration timeout, Runnable late) {
        return start(timeout, late, null);
    }

    /** As {@link #start(Duration, Runnable)}, and it passes early when the host of {@code peer} is silent. */
    static WireDeadline start(Duration timeout, Runnable late, @Nullable InetSocketAddress peer) {
        WireDeadline deadline = new WireDeadline(late, timeout, peer);
        WireWatch.arm(deadline);
        return deadline;
    }

    /** Whether it acted. */
    public synchronized boolean hasPassed() {
        return passed != null;
    }

    /** Why it acted, for whoever waited. */
    public synchronized SocketTimeoutException exception() {
        return new SocketTimeoutException(passed);
    }

    synchronized void check(long nowNanos) {
        if (disarmed) {
            return;
        }
        if (nowNanos - startNanos >= timeout.toNanos()) {
            pass("no answer in " + timeout.toMillis() + " ms");
        } else if (peer != null && WireWatch.HOSTS.isSilent(peer, startNanos, nowNanos)) {
            pass("its host is silent");
        }
    }

    private void pass(String why) {
        passed = why;
        disarmed = true;
        WireWatch.disarm(this);
        late.run();
    }

    @Override
    public void close() {
        synchronized (this) {
            disarmed = true;
        }
        WireWatch.disarm(this);
    }
}
