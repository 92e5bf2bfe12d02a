package io.dbfs.daemon.vfs;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.KernelCache;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the kernel what to drop. Attributes at once, so that a file opened after the news is seen with its size. Pages and
 * names from a thread that serves no request: the kernel takes such a notice only when it gets a lock, which a request under
 * way may hold. Notices are what makes a change seen at once; that nothing is believed for too long does not depend on them.
 * Thread-safe; never blocks, but for {@link #awaitAnswered}.
 */
final class KernelNotices {
    private static final Logger LOG = LoggerFactory.getLogger(KernelNotices.class);

    /** A page is read again at once, if at all: what was read ahead may not be wanted any more. */
    private static final Duration HELD = Duration.ofMillis(500);

    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    /** Dropping a name takes microseconds once its directory's lock is free. */
    private static final Duration ENTRY_PATIENCE = Duration.ofMillis(5);

    /** Directories in which operations of this mount change names, and how many do. */
    private final ConcurrentMap<InodeId, Integer> changing = new ConcurrentHashMap<>();

    private final LongAdder allEntriesDropped = new LongAdder();
    private final ConcurrentMap<InodeId, Held> held = new ConcurrentHashMap<>();
    private final Executor thread;
    private final Executor urgent;
    private volatile @Nullable KernelCache kernel;

    /**
     * @param thread runs one notice at a time, in order; may reject what is too much
     * @param urgent runs several at once; may reject what is too much
     */
    KernelNotices(Executor thread, Executor urgent) {
        this.thread = thread;
        this.urgent = urgent;
    }

    /** The kernel takes notices from now on. */
    void attach(KernelCache cache) {
        kernel = cache;
    }

    /** Whether the kernel maps files that it keeps no pages of otherwise. */
    boolean mapsDirectFiles() {
        KernelCache cache = kernel;
        return cache != null && cache.mapsDirectFiles();
    }

    /** Whether there is a kernel that takes notices. */
    boolean isAttached() {
        return kernel != null;
    }

    /**
     * The kernel is to read a page of the file once more, and no notice is to meet that read: what is told of the inode from now
     * on waits until that read was {@link #answered}, and for {@link #HELD} at most.
     */
    void hold(InodeId inode) {
        held.computeIfAbsent(inode, ignored -> {
            Held hold = new Held();
            CompletableFuture<Void> unused = hold.end
                    .completeOnTimeout(null, HELD.toNanos(), TimeUnit.NANOSECONDS)
                    .whenComplete((done, failure) -> held.remove(inode, hold));
            return hold;
        });
    }

    /** Whether nothing was told of the inode since {@link #hold}. */
    boolean isHeld(InodeId inode) {
        return held.containsKey(inode);
    }

    /** This thread is about to answer the read. */
    void answering(InodeId inode) {
        hold(inode);
        Held hold = held.get(inode);
        if (hold != null) {
            hold.answering = Thread.currentThread();
        }
    }

    /** Waits until an answer of another thread has reached the kernel, for milliseconds at most. */
    void awaitAnswered(InodeId inode) {
        Held hold = held.isEmpty() ? null : held.get(inode);
        if (hold != null && hold.answering != null && !Thread.currentThread().equals(hold.answering)) {
            hold.end.join();
        }
    }

    /** This thread has answered a read of the file. */
    void answered(InodeId inode) {
        Held hold = held.isEmpty() ? null : held.get(inode);
        if (hold != null && Thread.currentThread().equals(hold.answering)) {
            hold.end.complete(null);
        }
    }

    /** Complete when the kernel may be told of the inode. */
    private CompletableFuture<Void> free(InodeId inode) {
        Held hold = held.get(inode);
        return hold == null ? DONE : hold.end;
    }

    /** A time without notices of an inode. */
    private static final class Held {
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private volatile @Nullable Thread answering;
    }

    /** The inode's identity changed. Complete when the kernel has been told. */
    @CanIgnoreReturnValue
    CompletableFuture<Void> identity(InodeId inode) {
        return free(inode).thenRun(() -> {
            KernelCache cache = kernel;
            if (cache != null) {
                cache.invalidateAttributes(inode);
            }
        });
    }

    /** The inode's contents changed. Complete when the kernel does not go by its attributes any more. */
    CompletableFuture<Void> contents(InodeId inode) {
        CompletableFuture<Void> told = identity(inode);
        drop(thread, inode, Span.ALL);
        return told;
    }

    /** The kernel need not keep these bytes, which are right. */
    void unneeded(InodeId inode, Span span) {
        drop(thread, inode, span);
    }

    /** The kernel must not keep its pages of these bytes; complete when they are gone, exceptionally when that is not sure. */
    CompletableFuture<Void> drop(InodeId inode, Span span) {
        return drop(urgent, inode, span);
    }

    @CanIgnoreReturnValue
    private CompletableFuture<Void> drop(Executor executor, InodeId inode, Span span) {
        KernelCache cache = kernel;
        return free(inode).thenCompose(freed -> cache == null ? DONE : dropFree(executor, cache, inode, span));
    }

    private CompletableFuture<Void> dropFree(Executor executor, KernelCache cache, InodeId inode, Span span) {
        return send(executor, () -> {
            if (!free(inode).isDone()) {
                // A read was refused while this waited for the thread.
                return drop(executor, inode, span);
            }
            cache.invalidateInode(inode, span.offset(), span.length());
            return DONE;
        });
    }

    /** What the name leads to, no directory, has changed, and where the kernel does not ask for attributes it goes by old ones. */
    void expire(InodeId parent, Name name) {
        sendEntry(cache -> cache.expireEntry(parent, name));
    }

    /**
     * The name leads elsewhere. Completes when the kernel does not use it any more. The kernel drops a name under its
     * directory's lock. An operation of this mount that changes names there holds that lock, and may wait for another mount
     * which waits for this one: then, and when the lock is not to be had soon for whatever reason, all names are dropped instead,
     * which takes no lock. A kernel that cannot do that drops the name when it gets the lock, and nobody waits for that.
     */
    CompletableFuture<Void> entry(InodeId parent, Name name) {
        KernelCache cache = kernel;
        if (cache == null) {
            return DONE;
        }
        if (changing.containsKey(parent) && allEntries(cache)) {
            return DONE;
        }
        CompletableFuture<Void> dropped = new CompletableFuture<>();
        CompletableFuture<Void> sent = sendEntry(any -> any.invalidateEntry(parent, name));
        CompletableFuture<Void> unused = sent.whenComplete((done, failure) -> {
            if (failure == null) {
                dropped.complete(null);
            }
        });
        dropAllUnlessDone(cache, dropped);
        return dropped;
    }

    private void dropAllUnlessDone(KernelCache cache, CompletableFuture<Void> dropped) {
        CompletableFuture<Void> unused = new CompletableFuture<Void>()
                .completeOnTimeout(null, ENTRY_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)
                .thenRun(() -> {
                    if (!dropped.isDone()) {
                        boolean all = allEntries(cache);
                        LOG.debug("a name was not dropped in time; all names were: {}", all);
                        dropped.complete(null);
                    }
                });
    }

    /** Any name may lead elsewhere. Where the kernel cannot drop all it uses them for up to a second. */
    void allEntries() {
        KernelCache cache = kernel;
        if (cache != null) {
            boolean unused = allEntries(cache);
        }
    }

    private boolean allEntries(KernelCache cache) {
        boolean all = cache.invalidateAllEntries();
        if (all) {
            allEntriesDropped.increment();
        }
        return all;
    }

    /** How often the kernel was told to drop all names. */
    long allEntriesDropped() {
        return allEntriesDropped.sum();
    }

    /** An operation of this mount changes names of the directory: the kernel holds its lock until {@link #changed}. */
    void changing(InodeId directory) {
        changing.merge(directory, 1, Integer::sum);
    }

    /** The operation is over. */
    void changed(InodeId directory) {
        changing.computeIfPresent(directory, (any, count) -> count == 1 ? null : count - 1);
    }

    @CanIgnoreReturnValue
    private CompletableFuture<Void> sendEntry(Consumer<KernelCache> notice) {
        KernelCache cache = kernel;
        return cache == null
                ? DONE
                : send(thread, () -> {
                    notice.accept(cache);
                    return DONE;
                });
    }

    /** Complete when what the notice returns is. */
    @SuppressWarnings("FutureReturnValueIgnored") // The inner stage is what the outer one completes with.
    private static CompletableFuture<Void> send(Executor executor, Supplier<CompletableFuture<Void>> notice) {
        try {
            return CompletableFuture.supplyAsync(notice, executor)
                    .thenCompose(sent -> sent)
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            LOG.error("a notice to the kernel failed", failure);
                        }
                    });
        } catch (RejectedExecutionException e) {
            // What the kernel holds expires by itself within a second.
            LOG.debug("a notice to the kernel is left out: too many wait, or the mount ends");
            return CompletableFuture.failedFuture(e);
        }
    }
}
