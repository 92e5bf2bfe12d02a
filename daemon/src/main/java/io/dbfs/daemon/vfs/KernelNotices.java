package io.dbfs.daemon.vfs;

import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.KernelCache;
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
    private volatile @Nullable KernelCache kernel;

    /** @param thread runs one notice at a time, in order; may reject what is too much */
    KernelNotices(Executor thread) {
        this.thread = thread;
    }

    /** The kernel takes notices from now on. */
    void attach(KernelCache cache) {
        kernel = cache;
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
        send(cache -> cache.invalidateInode(inode, 0, 0));
    }

    /** The kernel need not keep these bytes, which are right. */
    void unneeded(InodeId inode, DropBehind.Span span) {
        send(cache -> cache.invalidateInode(inode, span.offset(), span.length()));
    }

    /** The name leads elsewhere. */
    void entry(InodeId parent, Name name) {
        send(cache -> cache.invalidateEntry(parent, name));
    }

    private void send(Consumer<KernelCache> notice) {
        KernelCache cache = kernel;
        if (cache == null) {
            return;
        }
        try {
            thread.execute(() -> notice.accept(cache));
        } catch (RejectedExecutionException e) {
            // What the kernel holds expires by itself within a second.
            LOG.debug("a notice to the kernel is left out: too many wait, or the mount ends");
        }
    }
}
