package io.dbfs.cluster.leader;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * When each mount with locks here was last heard of. One first seen now, as all are by a new leader, has its whole lease
 * before it. A mount renews its lease by what it counts from the moment it asked, and so never believes in a lease that
 * has ended here. Thread-safe.
 */
final class LockLeases {
    private final long leaseNanos;
    private final LongSupplier nanoClock;

    @GuardedBy("this")
    private final Map<Long, Long> heardNanos = new HashMap<>();

    /** Found to have run out: nothing brings them back. */
    @GuardedBy("this")
    private final Set<Long> ended = new HashSet<>();

    LockLeases(Duration lease, LongSupplier nanoClock) {
        this.leaseNanos = lease.toNanos();
        this.nanoClock = nanoClock;
    }

    /** Leadership began, or was lost. */
    synchronized void clear() {
        heardNanos.clear();
        ended.clear();
    }

    /** The holder was heard of; false when its lease has run out. */
    synchronized boolean renew(long holder) {
        if (ended.contains(holder)) {
            return false;
        }
        heardNanos.put(holder, nanoClock.getAsLong());
        return true;
    }

    /** Those of the holders there are whose lease has run out; they stay so until they are gone. */
    synchronized List<Long> expired(Collection<Long> holders) {
        long now = nanoClock.getAsLong();
        ended.retainAll(holders);
        List<Long> expired = new ArrayList<>();
        for (long holder : holders) {
            if (ended.contains(holder) || now - heardNanos.computeIfAbsent(holder, unheard -> now) > leaseNanos) {
                ended.add(holder);
                expired.add(holder);
            }
        }
        heardNanos.values().removeIf(heard -> now - heard > leaseNanos);
        return expired;
    }
}
