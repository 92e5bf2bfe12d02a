package io.dbfs.supernode.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When each session was last heard of. A session first seen now, as all are by a new leader, has its whole lease before
 * it. Thread-safe.
 */
public final class SessionLeases {
    private final long leaseNanos;
    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private final Map<Long, Long> heardNanos = new HashMap<>();

    /**
     * @param nanoTime a clock that only goes forward, in nanoseconds from any origin
     */
    public SessionLeases(Duration lease, LongSupplier nanoTime) {
        this.leaseNanos = lease.toNanos();
        this.nanoTime = nanoTime;
    }

    /** How long a session may be silent. */
    public int leaseMillis() {
        return (int) TimeUnit.NANOSECONDS.toMillis(leaseNanos);
    }

    /** The session was heard of. */
    public synchronized void renew(long session) {
        heardNanos.put(session, nanoTime.getAsLong());
    }

    /** How long a session has been silent. */
    public synchronized long silentMillis(long session) {
        long now = nanoTime.getAsLong();
        return TimeUnit.NANOSECONDS.toMillis(now - heardNanos.getOrDefault(session, now));
    }

    /** Those of the sessions there are whose lease has run out. Any others are forgotten. */
    synchronized List<Long> expired(Collection<Long> sessions) {
        long now = nanoTime.getAsLong();
        heardNanos.keySet().retainAll(sessions);
        List<Long> expired = new ArrayList<>();
        for (long session : sessions) {
            if (now - heardNanos.computeIfAbsent(session, unheard -> now) > leaseNanos) {
                expired.add(session);
            }
        }
        return expired;
    }

    /** What was heard belongs to an earlier leadership of this process. */
    synchronized void clear() {
        heardNanos.clear();
    }
}
