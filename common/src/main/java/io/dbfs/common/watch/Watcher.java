package io.dbfs.common.watch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.proto.ChangedEntry;
import io.dbfs.proto.WatchReply;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One mount that watches: what it still has to be told, and what it waits to hear of. Changes that come faster than the
 * mount takes them are merged; too many become "everything", so its memory is bounded. Thread-safe.
 */
final class Watcher {
    /** Changes that wait; beyond, the mount had better forget all it knows. */
    static final int CHANGES_MAX = 8_192;
    /** Files and directories that are watched for the mount, as many as it remembers; of each kind. */
    static final int INTERESTS_MAX = 65_536;

    private static final CompletableFuture<Void> TOLD = CompletableFuture.completedFuture(null);

    private final long session;
    private final Consumer<WatchReply> line;
    private final BooleanSupplier ready;
    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private final Set<Long> interests = new LinkedHashSet<>();

    /** Directories of which the mount caches names. */
    @GuardedBy("this")
    private final Set<Long> directories = new HashSet<>();

    /** The last reply before which it may cache names of any directory. */
    @GuardedBy("this")
    private long forgottenAt;

    /** Complete when the reply of this number is acknowledged, or when the lease it was sent under has run out. */
    @GuardedBy("this")
    private final NavigableMap<Long, CompletableFuture<Void>> awaitedReplies = new TreeMap<>();

    @GuardedBy("this")
    private long acknowledged;

    @GuardedBy("this")
    private final Set<Long> inodes = new LinkedHashSet<>();

    @GuardedBy("this")
    private final Set<ChangedEntry> entries = new LinkedHashSet<>();

    @GuardedBy("this")
    private final Map<Long, Unacknowledged> unacknowledged = new HashMap<>();

    /** The first thing it is told. */
    @GuardedBy("this")
    private boolean everything = true;

    /** The process has led while this watcher was known: it may be told. */
    @GuardedBy("this")
    private boolean greeted;

    @GuardedBy("this")
    private boolean ended;

    @GuardedBy("this")
    private long number;

    @GuardedBy("this")
    private long ping;

    @GuardedBy("this")
    private long answeredAtNanos;

    private record Unacknowledged(long number, CompletableFuture<Void> told) {}

    /**
     * @param line takes replies, one at a time
     * @param ready whether {@code line} takes more without queueing it in memory
     */
    Watcher(long session, Consumer<WatchReply> line, BooleanSupplier ready, LongSupplier nanoTime) {
        this.session = session;
        this.line = line;
        this.ready = ready;
        this.nanoTime = nanoTime;
        this.answeredAtNanos = nanoTime.getAsLong() - WatchTimes.LEASE_AT_LEADER.toNanos();
    }

    long session() {
        return session;
    }

    /** The process led after it received this ping. */
    synchronized void answer(long received) {
        greeted = true;
        ping = Math.max(ping, received);
        flush();
    }

    /** The mount has taken in every reply up to this number. */
    synchronized void acknowledged(long upTo) {
        acknowledged = Math.max(acknowledged, upTo);
        Map<Long, CompletableFuture<Void>> replies = awaitedReplies.headMap(upTo, true);
        List<CompletableFuture<Void>> complete = List.copyOf(replies.values());
        replies.clear();
        complete.forEach(reply -> reply.complete(null));
        unacknowledged.values().removeIf(change -> {
            boolean taken = change.number() <= upTo;
            if (taken) {
                change.told().complete(null);
            }
            return taken;
        });
    }

    /**
     * These changed. Completes when the mount serves nothing older any more of those that are awaited: at once where it
     * never asked for them, when it has acknowledged the change, or when its lease has run out.
     *
     * @param changedInodes are told in any case
     * @param awaited are told when the mount watches them
     */
    synchronized CompletableFuture<Void> changed(
            Collection<Long> changedInodes, Collection<ChangedEntry> changedEntries, Collection<Long> awaited) {
        if (ended) {
            boolean watched = !Collections.disjoint(awaited, interests)
                    || !Collections.disjoint(awaited, unacknowledged.keySet());
            return watched ? leaseRunsOut() : TOLD;
        }
        note(changedInodes, changedEntries);
        CompletableFuture<Void> told = cachesAny(changedEntries) ? nextReplyIsTaken() : TOLD;
        for (long inode : awaited) {
            if (interests.remove(inode)) {
                note(List.of(inode), List.of());
                unacknowledged.put(inode, new Unacknowledged(number + 1, leaseRunsOut()));
            }
            Unacknowledged change = unacknowledged.get(inode);
            if (change != null) {
                told = told.isDone() ? change.told() : CompletableFuture.allOf(told, change.told());
            }
        }
        limit();
        flush();
        return told;
    }

    @GuardedBy("this")
    private boolean cachesAny(Collection<ChangedEntry> names) {
        for (ChangedEntry name : names) {
            if (acknowledged < forgottenAt || directories.contains(name.getParent())) {
                return true;
            }
        }
        return false;
    }

    @GuardedBy("this")
    private CompletableFuture<Void> nextReplyIsTaken() {
        CompletableFuture<Void> told = leaseRunsOut();
        if (told.isDone()) {
            return told;
        }
        // What was not acknowledged under its lease is not waited for any more.
        awaitedReplies.values().removeIf(CompletableFuture::isDone);
        return awaitedReplies.computeIfAbsent(number + 1, ignored -> told);
    }

    /** The mount caches names of a directory from now on, for good: that one of them has changed voids no other. */
    synchronized void watchNames(long directory) {
        if (ended) {
            return;
        }
        if (directories.size() == INTERESTS_MAX && !directories.contains(directory)) {
            directories.clear();
            forgottenAt = number + 1;
            everythingChanged();
        }
        directories.add(directory);
    }

    /** Anything may have changed. */
    synchronized void everythingChanged() {
        everything = true;
        inodes.clear();
        entries.clear();
        flush();
    }

    /**
     * Asks to be told of the next change of a file, or of the next name in a directory. That the stream has ended the mount may
     * not know yet, and believe what it is told now for the rest of its lease.
     */
    synchronized void watch(long inode) {
        if (!interests.remove(inode) && interests.size() >= INTERESTS_MAX && !ended) {
            // As if it had changed: the mount asks again when it wants it.
            long oldest = interests.iterator().next();
            interests.remove(oldest);
            note(List.of(oldest), List.of());
            limit();
            flush();
        }
        interests.add(inode);
    }

    /** The stream ends; the mount may believe what it has for the rest of its lease all the same. */
    synchronized void end() {
        ended = true;
        directories.clear();
        inodes.clear();
        entries.clear();
    }

    /** Whether the stream has ended and the mount believes nothing any more. */
    synchronized boolean isForgotten() {
        return ended && leaseNanosLeft() <= 0;
    }

    /** Sends what waits, as far as the line takes it. */
    synchronized void flush() {
        boolean news = everything || !inodes.isEmpty() || !entries.isEmpty();
        if (ended || !greeted || !(news || ping != 0) || !ready.getAsBoolean()) {
            return;
        }
        WatchReply.Builder reply = WatchReply.newBuilder().setPing(ping);
        if (ping != 0) {
            answeredAtNanos = nanoTime.getAsLong();
            ping = 0;
        }
        if (news) {
            reply.setNumber(++number).setEverything(everything);
            if (!everything) {
                reply.addAllInodes(inodes).addAllEntries(entries);
            }
            everything = false;
            inodes.clear();
            entries.clear();
        }
        line.accept(reply.build());
    }

    @GuardedBy("this")
    private void note(Collection<Long> changedInodes, Collection<ChangedEntry> changedEntries) {
        if (!everything) {
            inodes.addAll(changedInodes);
            entries.addAll(changedEntries);
        }
    }

    @GuardedBy("this")
    private void limit() {
        if (inodes.size() + entries.size() > CHANGES_MAX) {
            everythingChanged();
        }
    }

    @GuardedBy("this")
    private CompletableFuture<Void> leaseRunsOut() {
        long left = leaseNanosLeft();
        return left <= 0 ? TOLD : new CompletableFuture<Void>().completeOnTimeout(null, left, TimeUnit.NANOSECONDS);
    }

    @GuardedBy("this")
    private long leaseNanosLeft() {
        return WatchTimes.LEASE_AT_LEADER.toNanos() - (nanoTime.getAsLong() - answeredAtNanos);
    }
}
