package io.dbfs.cluster.leader;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * When background work that failed may be tried again: after some seconds, then twice as long each time, up to minutes. Kept in
 * the leader's memory for each piece of work; a new leader begins anew. Thread-safe.
 */
final class WorkBackoff {
    static final Duration FIRST = Duration.ofSeconds(5);
    static final Duration MAX = Duration.ofMinutes(5);
    /** Beyond so many the one that has waited longest is forgotten, and may be tried at once. */
    static final int ENTRIES_MAX = 100_000;

    private static final int DOUBLINGS_MAX = 10;

    private final LongSupplier nanoClock;
    private final Map<Work, Failed> failed = new LinkedHashMap<>();

    /** What is done to a thing in the background. */
    enum Kind {
        /** Copying a chunk, or replacing a damaged copy. */
        COPY,
        /** Verifying a node's copy of a chunk. */
        VERIFY,
        /** Rewriting a file. */
        COMPACT
    }

    /**
     * A piece of work.
     *
     * @param id of the chunk, or of the inode
     * @param node that it is bound to; 0: any may do it
     */
    record Work(Kind kind, long id, int node) {
        static Work copy(long chunk) {
            return new Work(Kind.COPY, chunk, 0);
        }

        static Work verify(long chunk, int node) {
            return new Work(Kind.VERIFY, chunk, node);
        }

        static Work compact(long inode) {
            return new Work(Kind.COMPACT, inode, 0);
        }
    }

    private record Failed(int times, long dueNanos) {}

    /** {@code nanoClock}: nanoseconds of a clock that never goes back. */
    WorkBackoff(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Whether the work may be given out now. */
    synchronized boolean isDue(Work work) {
        Failed last = failed.get(work);
        return last == null || last.dueNanos - nanoClock.getAsLong() <= 0;
    }

    /** How often it has failed in a row, as far as is remembered. */
    synchronized int failures(Work work) {
        Failed last = failed.get(work);
        return last == null ? 0 : last.times;
    }

    /** It failed; returns how often it has in a row. */
    synchronized int failed(Work work) {
        Failed last = failed.remove(work);
        int times = last == null ? 1 : last.times + 1;
        long delay = FIRST.toNanos() << Math.min(times - 1, DOUBLINGS_MAX);
        failed.put(work, new Failed(times, nanoClock.getAsLong() + Math.min(delay, MAX.toNanos())));
        if (failed.size() > ENTRIES_MAX) {
            var eldest = failed.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        return times;
    }

    /** It was done; returns how often it had failed before. */
    synchronized int succeeded(Work work) {
        Failed last = failed.remove(work);
        return last == null ? 0 : last.times;
    }

    /** A node came back, with copies that may be what was missing: everything may be tried at once. */
    synchronized void retryAll() {
        long now = nanoClock.getAsLong();
        Map<Work, Failed> due = new HashMap<>();
        failed.forEach((work, last) -> due.put(work, new Failed(last.times, now)));
        failed.putAll(due);
    }

    synchronized void clear() {
        failed.clear();
    }
}
