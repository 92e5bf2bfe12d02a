package io.dbfs.daemon.vfs;

import io.dbfs.common.ClusterId;
import io.dbfs.common.InodeId;
import io.dbfs.fuse.FileSystem.Lock;
import io.dbfs.fuse.FileSystem.LockOwner;
import io.dbfs.fuse.FileSystem.PendingLock;
import io.dbfs.fuse.HandleId;
import io.dbfs.fuse.KernelCache;
import io.dbfs.fuse.RequestOrder;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.LockFence;
import io.dbfs.proto.LockMode;
import io.dbfs.proto.LockRange;
import io.dbfs.proto.TestLockReply;
import io.dbfs.proto.TestLockRequest;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Locks on files, kept by their home clusters. Whoever gets a lock sees what the last owner wrote; whoever lets go has
 * committed what it wrote. Thread-safe; blocks, but not for as long as another holds a lock.
 */
final class FileLocks {
    private final long holder;
    private final LongSupplier nanoTime;
    private final Executor workers;
    private final Stats stats;
    private final KernelPages kernelPages;
    private final FileEnds ends;
    private final ConcurrentMap<ClusterId, ClusterLocks> clusters = new ConcurrentHashMap<>();
    private final OwnerLocks owners;

    private volatile @Nullable KernelCache kernel;

    FileLocks(
            long holder, LongSupplier nanoTime, Executor workers, Stats stats, KernelPages kernelPages, FileEnds ends) {
        this.holder = holder;
        this.nanoTime = nanoTime;
        this.workers = workers;
        this.stats = stats;
        this.kernelPages = kernelPages;
        this.ends = ends;
        this.owners = new OwnerLocks(workers);
    }

    /** The kernel takes orders to forget pages. */
    void attach(KernelCache cache) {
        kernel = cache;
    }

    /** The kernel's requests are registered in their order. */
    void attach(RequestOrder requests) {
        owners.attach(requests);
    }

    private ClusterLocks at(HomeCluster home) {
        return clusters.computeIfAbsent(
                home.id(),
                id -> new ClusterLocks(home.contents().locks(), owners::settle, holder, nanoTime, workers, task -> {
                    Thread thread = new Thread(task, "dbfs-locks-" + id.value());
                    thread.setDaemon(true);
                    return thread;
                }));
    }

    /** EIO for a file whose locks were lost: what is done to it under a lock that is gone may undo another's work. */
    void requireKept(OpenFile file) {
        ClusterLocks locks = clusters.get(new ClusterId(file.identity().getHomeCluster()));
        if (locks != null) {
            locks.requireKept(file.inode());
        }
    }

    /** See {@link LockFences}. */
    Optional<LockFence> fence(ClusterId home, InodeId inode) {
        ClusterLocks locks = clusters.get(home);
        return locks == null ? Optional.empty() : locks.fence(inode);
    }

    Optional<Lock> test(HomeCluster home, LockOwner owner, Lock lock) {
        return owners.test(owner, lock, number -> ask(home, owner.inode(), number, lock));
    }

    private Optional<Lock> ask(HomeCluster home, InodeId inode, long number, Lock lock) {
        TestLockReply reply = home.contents()
                .locks()
                .test(TestLockRequest.newBuilder()
                        .setHolder(holder)
                        .setInode(inode.value())
                        .setOwner(number)
                        .setRange(OwnerLocks.range(lock))
                        .build());
        return reply.hasConflict() ? Optional.of(lock(reply.getConflict())) : Optional.empty();
    }

    /** Where the handle was released meanwhile, {@link #closeHandle} is called again. */
    PendingLock lock(OpenFile file, HomeCluster home, LockOwner owner, Lock lock, boolean waits) {
        return owners.lock(new Locked(file, home), owner, lock, waits);
    }

    void unlock(OpenFile file, LockOwner owner, Lock lock) {
        file.writer().flush(false);
        owners.unlock(owner, lock);
    }

    /** See {@link OwnerLocks#closeOwner}. */
    void closeOwner(LockOwner owner) {
        owners.closeOwner(owner);
    }

    /** See {@link OwnerLocks#closing}. */
    void closing(HandleId handle) {
        owners.closing(handle);
    }

    /** See {@link OwnerLocks#closeHandle}. */
    void closeHandle(HandleId handle) {
        owners.closeHandle(handle);
    }

    /** An open file as those who lock it see it. */
    private final class Locked implements OwnerLocks.LockedFile {
        private final OpenFile file;
        private final HomeCluster home;

        Locked(OpenFile file, HomeCluster home) {
            this.file = file;
            this.home = home;
        }

        @Override
        public ClusterLocks locks() {
            return at(home);
        }

        @Override
        public void commit() {
            file.writer().flush(false);
        }

        @Override
        public long stamp() {
            return stats.stamp(home.id());
        }

        @Override
        public void granted(FileAttributes contents, long stamp) {
            refresh(file, contents, stamp);
        }
    }

    /** The lock was got: what was cached before, here and by the kernel, counts no more where the file has changed. */
    private void refresh(OpenFile file, FileAttributes contents, long stamp) {
        InodeId inode = file.inode();
        stats.heard(contents, stamp);
        ends.free(file);
        KernelCache cache = kernel;
        if (!kernelPages.keepAt(inode, contents.getVersion()) && cache != null) {
            cache.invalidateInode(inode, 0, 0);
        }
    }

    /** The mount ends. */
    void close() {
        clusters.values().forEach(ClusterLocks::close);
    }

    private static Lock lock(LockRange range) {
        return new Lock(
                range.getFlock(),
                range.getMode() == LockMode.EXCLUSIVE,
                range.getStart(),
                range.getEnd(),
                range.getPid());
    }
}
