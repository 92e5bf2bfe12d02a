package io.dbfs.common.watch;

import io.dbfs.proto.ChangedEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The mounts that watch a group, as its leader knows them. Names are told to all of them: to keep a list of who looked at
 * which name would cost the supernode more memory and time than the few bytes, which are merged while a mount is busy. It
 * waits for those that cache names of the directory.
 * Contents change far more often and are seldom shared, so a cluster tells of a file once, to those who have asked for it
 * since, and waits for them: what a program has closed, every later open on any mount sees. Thread-safe; never blocks.
 */
public final class Watchers {
    private final LongSupplier nanoTime;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private volatile long graceEndsNanos;

    /** @param nanoTime a clock that only goes forward */
    public Watchers(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.graceEndsNanos = nanoTime.getAsLong();
    }

    /**
     * This process leads from now on, and another did before, whose promises to mounts hold for a lease from now. What
     * changed meanwhile is not known here.
     */
    public void succeed() {
        graceEndsNanos = nanoTime.getAsLong() + WatchTimes.LEASE_AT_LEADER.toNanos();
        watchers.forEach(Watcher::everythingChanged);
    }

    void add(Watcher watcher) {
        watchers.removeIf(Watcher::isForgotten);
        watchers.add(watcher);
    }

    /**
     * Names and identities changed; every mount but the one that did it is told. Completes when no other mount serves the
     * names from its caches: as {@link #contentsChanged} does for files.
     *
     * @param extended the directories that got names, for which sessions may {@link #watch}
     */
    public CompletableFuture<Void> namesChanged(
            Collection<Long> inodes, Collection<ChangedEntry> entries, Collection<Long> extended, long originator) {
        return tell(originator, extended, watcher -> watcher.changed(inodes, entries, extended));
    }

    /**
     * The session is about to be told what names in these directories lead to. Each change of a name there waits for it from now
     * on. To be called before reading.
     */
    public void watchNames(long session, Collection<Long> directories) {
        if (session == 0) {
            return;
        }
        for (Watcher watcher : watchers) {
            if (watcher.session() == session) {
                directories.forEach(watcher::watchNames);
            }
        }
    }

    /**
     * The session is about to be told what these files hold, or which names these directories do, and wants to hear of the
     * next change. To be called before reading.
     */
    public void watch(long session, Collection<Long> inodes) {
        if (session == 0) {
            return;
        }
        for (Watcher watcher : watchers) {
            if (watcher.session() == session) {
                inodes.forEach(watcher::watch);
            }
        }
    }

    /**
     * Files changed. Completes when no mount but the one that did it serves anything older from its caches: often at once,
     * within {@link WatchTimes#LEASE_AT_LEADER} always.
     */
    public CompletableFuture<Void> contentsChanged(Collection<Long> inodes, long originator) {
        return tell(originator, inodes, watcher -> watcher.changed(List.of(), List.of(), inodes));
    }

    private CompletableFuture<Void> tell(
            long originator, Collection<Long> awaited, Function<Watcher, CompletableFuture<Void>> change) {
        List<CompletableFuture<Void>> told = new ArrayList<>();
        for (Watcher watcher : watchers) {
            if (watcher.session() != originator) {
                CompletableFuture<Void> one = change.apply(watcher);
                if (!one.isDone()) {
                    told.add(one);
                }
            }
        }
        long grace = graceEndsNanos - nanoTime.getAsLong();
        if (grace > 0 && !awaited.isEmpty()) {
            told.add(new CompletableFuture<Void>().completeOnTimeout(null, grace, TimeUnit.NANOSECONDS));
        }
        return CompletableFuture.allOf(told.toArray(CompletableFuture[]::new));
    }
}
