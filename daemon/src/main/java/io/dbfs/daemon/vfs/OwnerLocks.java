package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.vfs.LockIdentities.Identity;
import io.dbfs.fuse.FileSystem.Lock;
import io.dbfs.fuse.FileSystem.LockOwner;
import io.dbfs.fuse.FileSystem.PendingLock;
import io.dbfs.fuse.HandleId;
import io.dbfs.fuse.RequestOrder;
import io.dbfs.proto.AcquireLock;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.LockMode;
import io.dbfs.proto.LockRange;
import io.dbfs.proto.LockRequest;
import io.dbfs.proto.ReleaseLock;
import io.dbfs.proto.ReleaseOwner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who on this mount locks which file, from the first request to the end of the last descriptor: no lock outlives its owner,
 * and none goes with another. Thread-safe; what asks a cluster blocks.
 */
final class OwnerLocks {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerLocks.class);

    /** How long a lock that is refused waits for closed ones to go. */
    private static final Duration SETTLE_PATIENCE = Duration.ofSeconds(10);

    /** A number that no owner has. */
    private static final long NOBODY = 0;

    private final Executor workers;
    private final LockIdentities identities = new LockIdentities();
    private final LockEndings endings = new LockEndings();

    private volatile RequestOrder order = RequestOrder.NONE;

    /** A file that is locked. */
    interface LockedFile {
        /** Where its locks are kept. */
        ClusterLocks locks();

        /** What was written is in the cluster afterwards. */
        void commit();

        /** Of the cluster's answers, before it is asked. */
        long stamp();

        /** The lock was got: what was cached before counts no more. */
        void granted(FileAttributes contents, long stamp);
    }

    OwnerLocks(Executor workers) {
        this.workers = workers;
    }

    /** The kernel's requests are registered in their order. */
    void attach(RequestOrder requests) {
        order = requests;
    }

    /** A lock to be asked for. Where the owner's handle was released meanwhile, {@link #closeHandle} is called again. */
    PendingLock lock(LockedFile file, LockOwner owner, Lock lock, boolean waits) {
        return new LockAttempt(identities.begin(owner, lock.flock(), file), new Asking(file, lock, waits), workers);
    }

    /** The lock in the way of one, as {@code ask} finds it for an owner's number. */
    Optional<Lock> test(LockOwner owner, Lock lock, LongFunction<Optional<Lock>> ask) {
        long number = identities
                .find(owner, lock.flock())
                .map(identity -> identity.owner().id())
                .orElse(NOBODY);
        long before = endings.changes(owner.inode());
        Optional<Lock> conflict = ask.apply(number);
        return conflict.isPresent() && settle(owner.inode(), before) ? ask.apply(number) : conflict;
    }

    /** What one attempt needs. */
    private final class Asking implements LockAttempt.Calls {
        private final LockedFile file;
        private final Lock lock;
        private final boolean waits;
        /** Of the cluster's answers, before it was asked. */
        private volatile long stamp;

        Asking(LockedFile file, Lock lock, boolean waits) {
            this.file = file;
            this.lock = lock;
            this.waits = waits;
        }

        @Override
        public LockWait acquire(Identity owner) {
            file.commit();
            LockRequest request = LockRequest.newBuilder()
                    .setAcquire(AcquireLock.newBuilder()
                            .setInode(owner.owner().inode().value())
                            .setOwner(owner.owner().id())
                            .setRange(range(lock))
                            .setWait(waits))
                    .build();
            long before = endings.changes(owner.owner().inode());
            stamp = file.stamp();
            try {
                return file.locks().acquire(owner.owner(), request);
            } catch (FsException e) {
                if (e.errno() != Errno.EAGAIN || !settle(owner.owner().inode(), before)) {
                    throw e;
                }
            }
            stamp = file.stamp();
            return file.locks().acquire(owner.owner(), request);
        }

        @Override
        public void granted(FileAttributes contents) {
            file.granted(contents, stamp);
        }

        @Override
        public void giveBack(Identity owner) {
            file.locks().giveBack(owner.owner(), releaseOf(owner, lock));
        }

        @Override
        public void end(Identity owner) {
            OwnerLocks.this.end(owner);
        }

        @Override
        public CompletableFuture<Void> abandon(Identity owner) {
            identities.retire(owner);
            return endings.begin(owner.owner().inode());
        }
    }

    /**
     * Something stands in the way of a request: waits until all is gone that was closed before the request was made.
     *
     * @param before {@link LockEndings#changes} before the cluster was asked
     * @return whether that may have been in the way, so that the cluster is to be asked again
     */
    private boolean settle(InodeId inode, long before) {
        order.awaitEarlier();
        return endings.await(inode, SETTLE_PATIENCE) || endings.changes(inode) != before;
    }

    /** Locks of this mount stand in another's way: waits until all is gone that was closed before now. */
    void settle(InodeId inode) {
        order.awaitSent();
        endings.await(inode, SETTLE_PATIENCE);
    }

    void unlock(LockOwner owner, Lock lock) {
        identities
                .find(owner, lock.flock())
                .ifPresent(identity -> identity.file().locks().release(identity.owner(), releaseOf(identity, lock)));
    }

    private static LockRequest releaseOf(Identity identity, Lock lock) {
        return LockRequest.newBuilder()
                .setRelease(ReleaseLock.newBuilder()
                        .setInode(identity.owner().inode().value())
                        .setOwner(identity.owner().id())
                        .setFlock(lock.flock())
                        .setStart(lock.start())
                        .setEnd(lock.end()))
                .build();
    }

    /**
     * A descriptor of the owner was closed: all its fcntl locks on the file go.
     *
     * @throws FsException EIO where they were lost before
     */
    void closeOwner(LockOwner owner) {
        List<FsException> failures = new ArrayList<>();
        for (Identity identity : identities.closing(owner)) {
            try {
                if (identity.file().locks().isLost(identity.owner())) {
                    // Once the owner knows, nothing keeps what it wrote under those locks from being committed.
                    identity.file().commit();
                }
                releaseOwner(identity);
            } catch (FsException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    /** The open file description is gone; {@link #closeHandle} follows. Does not block. */
    void closing(HandleId handle) {
        for (Identity identity : identities.closing(handle)) {
            identity.ending(endings.begin(identity.owner().inode()));
        }
    }

    /** The open file description is gone, and with it its locks. */
    void closeHandle(HandleId handle) {
        closing(handle);
        for (Identity identity : identities.ended(handle)) {
            try {
                releaseOwner(identity);
            } catch (FsException e) {
                LOG.warn("locks at the last close of {}: {}", identity.owner().inode(), e.getMessage());
            } finally {
                end(identity);
            }
        }
    }

    /** What was granted to an owner that is gone goes as well. */
    private void end(Identity identity) {
        if (!identities.end(identity)) {
            return;
        }
        try {
            releaseOwner(identity);
        } catch (FsException e) {
            LOG.warn("locks of a closed owner of {}: {}", identity.owner().inode(), e.getMessage());
        } finally {
            identity.gone();
        }
    }

    private void releaseOwner(Identity identity) {
        LockOwners.Owner owner = identity.owner();
        LockRequest.Builder request = LockRequest.newBuilder();
        request.setReleaseOwner(
                ReleaseOwner.newBuilder().setInode(owner.inode().value()).setOwner(owner.id()));
        identity.file().locks().releaseOwner(owner, request);
    }

    static LockRange range(Lock lock) {
        return LockRange.newBuilder()
                .setFlock(lock.flock())
                .setMode(lock.exclusive() ? LockMode.EXCLUSIVE : LockMode.SHARED)
                .setStart(lock.start())
                .setEnd(lock.end())
                .setPid(lock.pid())
                .build();
    }

    /** Whether nobody locks anything here, nor did so until now. */
    boolean isEmpty() {
        return identities.isEmpty() && endings.isEmpty();
    }
}
