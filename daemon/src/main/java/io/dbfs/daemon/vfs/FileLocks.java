package io.dbfs.daemon.vfs;

import io.dbfs.common.ClusterId;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.fuse.FileSystem.Lock;
import io.dbfs.fuse.FileSystem.LockOwner;
import io.dbfs.fuse.FileSystem.PendingLock;
import io.dbfs.fuse.HandleId;
import io.dbfs.fuse.KernelCache;
import io.dbfs.proto.AcquireLock;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.LockFence;
import io.dbfs.proto.LockMode;
import io.dbfs.proto.LockRange;
import io.dbfs.proto.LockRequest;
import io.dbfs.proto.ReleaseLock;
import io.dbfs.proto.ReleaseOwner;
import io.dbfs.proto.TestLockReply;
import io.dbfs.proto.TestLockRequest;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks on files, kept by their home clusters. Whoever gets a lock sees what the last owner wrote; whoever lets go has
 * committed what it wrote. Thread-safe; blocks, but not for as long as another holds a lock.
 */
final class FileLocks {
    private static final Logger LOG = LoggerFactory.getLogger(FileLocks.class);

    private final long holder;
    private final LongSupplier nanoTime;
    private final Executor workers;
    private final Stats stats;
    private final KernelPages kernelPages;
    private final FileEnds ends;
    private final ConcurrentMap<ClusterId, ClusterLocks> clusters = new ConcurrentHashMap<>();
    /** Owners that asked by this handle, and were not closed since. */
    private final ConcurrentMap<HandleId, Users> users = new ConcurrentHashMap<>();

    private volatile @Nullable KernelCache kernel;

    private record Users(OpenFile file, HomeCluster home, Set<Long> owners) {}

    FileLocks(
            long holder, LongSupplier nanoTime, Executor workers, Stats stats, KernelPages kernelPages, FileEnds ends) {
        this.holder = holder;
        this.nanoTime = nanoTime;
        this.workers = workers;
        this.stats = stats;
        this.kernelPages = kernelPages;
        this.ends = ends;
    }

    /** The kernel takes orders to forget pages. */
    void attach(KernelCache cache) {
        kernel = cache;
    }

    private ClusterLocks at(HomeCluster home) {
        return clusters.computeIfAbsent(
                home.id(),
                id -> new ClusterLocks(home.contents().locks(), holder, nanoTime, workers, task -> {
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
        TestLockReply reply = home.contents()
                .locks()
                .test(TestLockRequest.newBuilder()
                        .setHolder(holder)
                        .setInode(owner.inode().value())
                        .setOwner(owner.id())
                        .setRange(range(lock))
                        .build());
        return reply.hasConflict() ? Optional.of(lock(reply.getConflict())) : Optional.empty();
    }

    PendingLock lock(OpenFile file, HomeCluster home, LockOwner owner, Lock lock, boolean waits) {
        users.computeIfAbsent(owner.handle(), handle -> new Users(file, home, ConcurrentHashMap.newKeySet()))
                .owners()
                .add(owner.id());
        file.writer().flush(false);
        LockRequest request = LockRequest.newBuilder()
                .setAcquire(AcquireLock.newBuilder()
                        .setInode(owner.inode().value())
                        .setOwner(owner.id())
                        .setRange(range(lock))
                        .setWait(waits))
                .build();
        long stamp = stats.stamp(home.id());
        LockWait wait = at(home).acquire(of(owner), request);
        CompletableFuture<Void> held = wait.granted().thenAccept(contents -> refresh(file, contents, stamp));
        return new PendingLock() {
            @Override
            public CompletableFuture<Void> held() {
                return held;
            }

            @Override
            public void interrupt() {
                wait.cancel();
            }
        };
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

    void unlock(OpenFile file, HomeCluster home, LockOwner owner, Lock lock) {
        file.writer().flush(false);
        LockRequest request = LockRequest.newBuilder()
                .setRelease(ReleaseLock.newBuilder()
                        .setInode(owner.inode().value())
                        .setOwner(owner.id())
                        .setFlock(lock.flock())
                        .setStart(lock.start())
                        .setEnd(lock.end()))
                .build();
        at(home).release(of(owner), request);
    }

    /** A descriptor of the owner was closed: all its locks on the file go. */
    void closeOwner(LockOwner owner) {
        Users known = null;
        for (Users handle : users.values()) {
            if (handle.file().inode().equals(owner.inode()) && handle.owners().remove(owner.id())) {
                known = handle;
            }
        }
        if (known != null) {
            if (at(known.home()).isLost(of(owner))) {
                // Once the owner knows, nothing keeps what it wrote under those locks from being committed.
                known.file().writer().flush(false);
            }
            releaseOwner(known.home(), of(owner));
        }
    }

    /** The open file description is gone, and with it its locks. */
    void closeHandle(HandleId handle) {
        Users closed = users.remove(handle);
        if (closed == null) {
            return;
        }
        for (long owner : closed.owners()) {
            try {
                releaseOwner(closed.home(), new LockOwners.Owner(closed.file().inode(), owner));
            } catch (FsException e) {
                LOG.warn("locks at the last close of {}: {}", closed.file().inode(), e.getMessage());
            }
        }
    }

    private void releaseOwner(HomeCluster home, LockOwners.Owner owner) {
        LockRequest.Builder request = LockRequest.newBuilder();
        request.setReleaseOwner(
                ReleaseOwner.newBuilder().setInode(owner.inode().value()).setOwner(owner.id()));
        at(home).releaseOwner(owner, request);
    }

    /** The mount ends. */
    void close() {
        clusters.values().forEach(ClusterLocks::close);
    }

    private static LockOwners.Owner of(LockOwner owner) {
        return new LockOwners.Owner(owner.inode(), owner.id());
    }

    private static LockRange range(Lock lock) {
        return LockRange.newBuilder()
                .setFlock(lock.flock())
                .setMode(lock.exclusive() ? LockMode.EXCLUSIVE : LockMode.SHARED)
                .setStart(lock.start())
                .setEnd(lock.end())
                .setPid(lock.pid())
                .build();
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
