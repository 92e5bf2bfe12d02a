package io.dbfs.daemon.vfs;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.KernelCache;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the kernel what to drop. Attributes at once, so that a file opened after the news is seen with its size. Pages and
 * names from a thread that serves no request: the kernel takes such a notice only when it gets a lock, which a request under
 * way may hold. Notices are what makes a change seen at once; that nothing is believed for too long does not depend on them.
 * Thread-safe; never blocks.
 */
final class KernelNotices {
    private static final Logger LOG = LoggerFactory.getLogger(KernelNotices.class);

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

    /** The inode's identity changed. */
    void identity(InodeId inode) {
        KernelCache cache = kernel;
        if (cache != null) {
            cache.invalidateAttributes(inode);
        }
    }

    /** The inode's contents changed. */
    void contents(InodeId inode) {
        identity(inode);
        send(thread, cache -> cache.invalidateInode(inode, 0, 0));
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
        return send(executor, cache -> cache.invalidateInode(inode, span.offset(), span.length()));
    }

    /** What the name leads to, no directory, has changed, and where the kernel does not ask for attributes it goes by old ones. */
    void expire(InodeId parent, Name name) {
        send(thread, cache -> cache.expireEntry(parent, name));
    }

    /** The name leads elsewhere. */
    void entry(InodeId parent, Name name) {
        send(thread, cache -> cache.invalidateEntry(parent, name));
    }

    /** Completed by who takes the notice, or at once where nobody does. */
    @CanIgnoreReturnValue
    private CompletableFuture<Void> send(Executor executor, Consumer<KernelCache> notice) {
        KernelCache cache = kernel;
        if (cache == null) {
            return CompletableFuture.completedFuture(null);
        }
        try {
            return CompletableFuture.runAsync(() -> notice.accept(cache), executor)
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
