package io.dbfs.daemon.client;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A leader that is followed until it fails, or until the process that was asked for it names another. A process that did not
 * answer is not asked again for a while, even where others still take it for the leader.
 */
abstract class FollowedLeader implements LeaderLocator {
    /** By then a group has elected another leader, and its members know; or it still follows this one, which was slow. */
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final LongSupplier nanoTime;
    /** Processes that did not answer, and until when they are not asked. */
    private final Map<String, Long> silentUntil = new HashMap<>();

    private volatile String current;

    FollowedLeader(String first, LongSupplier nanoTime) {
        current = first;
        this.nanoTime = nanoTime;
    }

    /** Who is taken for the leader; empty while nobody is. */
    final String current() {
        return current;
    }

    /** Takes another for the leader, unless one was named since {@code asked} was. */
    final synchronized void adopt(String asked, String leader) {
        if (current.equals(asked)) {
            current = leader;
        }
    }

    @Override
    public final synchronized void follow(String asked, String hint) {
        silentUntil.remove(asked);
        if (hint.isEmpty() || hint.equals(asked) || isSilent(hint)) {
            leave(asked);
        } else {
            adopt(asked, hint);
        }
    }

    @Override
    public final synchronized void failed(String asked) {
        leave(asked);
    }

    @Override
    public final synchronized void silent(String asked) {
        long now = nanoTime.getAsLong();
        silentUntil.values().removeIf(until -> until - now <= 0);
        silentUntil.put(asked, now + SILENT_NANOS);
        leave(asked);
    }

    private void leave(String asked) {
        if (current.equals(asked)) {
            current = after(asked);
        }
    }

    /** Whether the process did not answer of late. */
    final synchronized boolean isSilent(String address) {
        Long until = silentUntil.get(address);
        return until != null && until - nanoTime.getAsLong() > 0;
    }

    /** Who is asked next, when {@code asked} has failed; empty to look anew. Called by one thread at a time. */
    abstract String after(String asked);
}
