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
 * Tells the kernel what to drop, from a thread that serves no request: the kernel takes a notice only when it gets the
 * inode's lock, which a request under way may hold. Notices are what makes a change seen at once; that nothing is believed
 * for too long does not depend on them. Thread-safe; never blocks.
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
        send(cache -> cache.invalidateInode(inode, -1, 0));
    }

    /** The inode's contents changed. */
    void contents(InodeId inode) {
        send(cache -> cache.invalidateInode(inode, 0, 0));
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
