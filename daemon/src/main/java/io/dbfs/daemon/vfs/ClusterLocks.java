package io.dbfs.daemon.vfs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.client.LocksClient;
import io.dbfs.daemon.vfs.LockOwners.Owner;
import io.dbfs.proto.CancelWait;
import io.dbfs.proto.DropHolder;
import io.dbfs.proto.GrantedTicket;
import io.dbfs.proto.KeepLocksReply;
import io.dbfs.proto.KeepLocksRequest;
import io.dbfs.proto.LockFence;
import io.dbfs.proto.LockReply;
import io.dbfs.proto.LockRequest;
import io.dbfs.proto.LockResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this mount has locked and waits for at one cluster, under one lease. While there is something, a thread of its own
 * asks the cluster for news, which renews the lease. Thread-safe; what asks the cluster blocks.
 */
final class ClusterLocks {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterLocks.class);
    /** How long the cluster holds a question for news. */
    private static final int HOLD_MILLIS = 2_000;

    private static final Duration KEEP_PATIENCE = Duration.ofSeconds(4);
    /** How often a lease is asked for while an earlier one is being ended. */
    private static final int BEGIN_ATTEMPTS = 12;

    private final LocksClient client;
    private final long holder;
    private final LongSupplier nanoTime;
    private final Executor workers;
    private final LockKeeper keeper;

    @GuardedBy("this")
    private final LockLease lease = new LockLease();

    @GuardedBy("this")
    private final LockOwners owners = new LockOwners();

    @GuardedBy("this")
    private final LockWaits waits = new LockWaits();

    /** Requests that could not be sent and must be. */
    @GuardedBy("this")
    private final Deque<LockRequest> owed = new ArrayDeque<>();

    ClusterLocks(LocksClient client, long holder, LongSupplier nanoTime, Executor workers, ThreadFactory threads) {
        this.client = client;
        this.holder = holder;
        this.nanoTime = nanoTime;
        this.workers = workers;
        this.keeper = new LockKeeper(new Keeping(), threads);
    }

    /** EIO for a file in which some owner's locks were lost and it does not know yet. */
    synchronized void requireKept(InodeId inode) {
        if (owners.isLost(inode)) {
            throw new FsException(Errno.EIO, "the locks of " + inode + " were lost");
        }
    }

    private synchronized void requireKept(Owner owner) {
        if (owners.isLost(owner)) {
            throw new FsException(Errno.ENOLCK, "the locks of " + owner + " were lost");
        }
    }

    /** Whether the owner's locks were lost, and it does not know yet. */
    synchronized boolean isLost(Owner owner) {
        return owners.isLost(owner);
    }

    /**
     * What the cluster is to look at before it takes what was written to a file; empty where nobody has locked it.
     *
     * @throws FsException EIO where it was written under locks that are lost
     */
    synchronized Optional<LockFence> fence(InodeId inode) {
        requireKept(inode);
        return owners.hold(inode)
                ? Optional.of(LockFence.newBuilder()
                        .setHolder(holder)
                        .setLease(lease.number())
                        .build())
                : Optional.empty();
    }

    /**
     * Asks for a lock. EAGAIN where it is not free and the request does not wait.
     *
     * @return a wait, over already where the lock was free
     */
    LockWait acquire(Owner owner, LockRequest request) {
        requireKept(owner);
        begin(owner);
        LockReply reply;
        try {
            reply = send(request);
        } catch (FsException e) {
            // Whoever asked in vain for want of an answer may have got it.
            end(owner, e.errno() == Errno.ETIMEDOUT || e.errno() == Errno.EIO || e.errno() == Errno.EINTR);
            throw e;
        }
        if (reply.getResult() == LockResult.BUSY) {
            end(owner, reply.getOwnerHolds());
            throw new FsException(Errno.EAGAIN, "locked by another");
        }
        end(owner, true);
        LockWait wait = new LockWait(this, owner, reply.getTicket());
        if (reply.getResult() == LockResult.DONE) {
            wait.granted().complete(reply.getAttributes());
        } else {
            await(wait, reply.getLease());
        }
        return wait;
    }

    private synchronized void await(LockWait wait, long underLease) {
        if (lease.is(underLease)) {
            waits.add(wait);
        } else {
            wait.granted().completeExceptionally(new FsException(Errno.ENOLCK, "the lock lease ended"));
        }
    }

    private synchronized void begin(Owner owner) {
        owners.begin(owner);
    }

    private synchronized void end(Owner owner, boolean got) {
        owners.end(owner, got);
        keep();
    }

    private synchronized long got(Owner owner) {
        return owners.got(owner);
    }

    private synchronized void forget(Owner owner, long got) {
        owners.forget(owner, got);
    }

    /** Lets go of some bytes. EIO when they were lost before. */
    void release(Owner owner, LockRequest request) {
        requireNotLost(owner);
        long got = got(owner);
        if (got < 0) {
            return;
        }
        if (!send(request).getOwnerHolds()) {
            forget(owner, got);
        }
    }

    /** Lets go of everything; what cannot be told to the cluster now is told later. EIO when it was lost before. */
    void releaseOwner(Owner owner, LockRequest.Builder request) {
        requireNotLost(owner);
        long got = got(owner);
        if (got < 0) {
            return;
        }
        request.getReleaseOwnerBuilder().setWaitsToo(!isWaiting(owner));
        try {
            send(request.build());
        } catch (FsException e) {
            owe(request.build(), e);
        }
        forget(owner, got);
    }

    private synchronized boolean isWaiting(Owner owner) {
        return waits.isWaiting(owner);
    }

    private synchronized void requireNotLost(Owner owner) {
        if (owners.tellLost(owner)) {
            throw new FsException(Errno.EIO, "the locks of " + owner + " were lost");
        }
    }

    /** Takes a request out of the queue, by another thread; the wait ends unless it was granted. */
    void cancel(LockWait wait) {
        workers.execute(() -> {
            LockRequest request = LockRequest.newBuilder()
                    .setCancelWait(CancelWait.newBuilder()
                            .setInode(wait.owner().inode().value())
                            .setTicket(wait.ticket()))
                    .build();
            try {
                if (send(request).getResult() == LockResult.GRANTED_BEFORE) {
                    return;
                }
            } catch (FsException e) {
                owe(request, e);
            }
            synchronized (this) {
                waits.remove(wait);
            }
            wait.granted().completeExceptionally(new FsException(Errno.EINTR));
        });
    }

    private synchronized void owe(LockRequest request, FsException failure) {
        if (!lease.is(0)) {
            LOG.warn("{} is told to the cluster later: {}", request.getRequestCase(), failure.getMessage());
            owed.add(request);
            keep();
        }
    }

    private LockReply send(LockRequest request) {
        for (int attempt = 1; ; attempt++) {
            long sent = nanoTime.getAsLong();
            long used = leaseNumber();
            try {
                LockReply reply = client.execute(
                        request.toBuilder().setHolder(holder).setLease(used).build());
                heard(sent, reply);
                return reply;
            } catch (FsException e) {
                if (e.errno() != Errno.ESTALE) {
                    throw e;
                }
                boolean again = used == 0 ? attempt < BEGIN_ATTEMPTS : ended(used);
                if (!again) {
                    throw new FsException(Errno.ENOLCK, "lock lease " + used + " ended", e);
                }
                keeper.pause();
            }
        }
    }

    private synchronized long leaseNumber() {
        return lease.number();
    }

    private synchronized void heard(long sentNanos, LockReply reply) {
        if (lease.isFollowedBy(reply)) {
            lose("a newer one began");
        }
        lease.heard(sentNanos, reply);
    }

    /** The cluster says that this lease has ended; whether nothing was lost by it. */
    private synchronized boolean ended(long which) {
        boolean harmless = !lease.is(which) || (waits.isEmpty() && !owners.hold());
        if (lease.is(which)) {
            lose("the cluster ended it");
        }
        return harmless;
    }

    @GuardedBy("this")
    private void lose(String why) {
        lease.end();
        owed.clear();
        owners.loseAll();
        List<LockWait> waited = waits.removeAll();
        if (owners.lostCount() > 0 || !waited.isEmpty()) {
            LOG.error("lock lease lost, {}: the locks of {} owners are gone", why, owners.lostCount());
        }
        workers.execute(() -> waited.forEach(
                wait -> wait.granted().completeExceptionally(new FsException(Errno.ENOLCK, "the lock lease ended"))));
    }

    @GuardedBy("this")
    private void keep() {
        if (!lease.is(0)) {
            keeper.keep();
        }
    }

    private void settleDebts() {
        List<LockRequest> requests;
        synchronized (this) {
            requests = List.copyOf(owed);
            owed.clear();
        }
        for (LockRequest request : requests) {
            try {
                send(request);
            } catch (FsException e) {
                owe(request, e);
            }
        }
    }

    /** The keeper's share. */
    private final class Keeping implements LockKeeper.Work {
        @Override
        public boolean isIdle() {
            synchronized (ClusterLocks.this) {
                return owners.isEmpty() && waits.isEmpty() && owed.isEmpty();
            }
        }

        @Override
        public boolean letGo() {
            synchronized (ClusterLocks.this) {
                if (isIdle()) {
                    // The cluster ends it when it hears nothing; the next lock finds it or begins another.
                    lease.end();
                }
                return lease.is(0);
            }
        }

        @Override
        public boolean round() {
            settleDebts();
            KeepLocksRequest request;
            long validUntil;
            synchronized (ClusterLocks.this) {
                if (lease.is(0)) {
                    return false;
                }
                KeepLocksRequest.Builder builder = KeepLocksRequest.newBuilder()
                        .setHolder(holder)
                        .setLease(lease.number())
                        .setHoldMillis(HOLD_MILLIS);
                waits.ask(builder);
                request = builder.build();
                validUntil = lease.validUntilNanos();
            }
            long sent = nanoTime.getAsLong();
            if (sent - validUntil >= 0) {
                runOut(request.getLease());
                return false;
            }
            Duration left = Duration.ofNanos(validUntil - sent);
            return ask(request, sent, left.compareTo(KEEP_PATIENCE) < 0 ? left : KEEP_PATIENCE);
        }

        private boolean ask(KeepLocksRequest request, long sent, Duration patience) {
            try {
                KeepLocksReply reply = client.keep(request, patience);
                renewed(request.getLease(), sent);
                grant(reply.getGrantedList());
            } catch (FsException e) {
                if (e.errno() == Errno.ESTALE) {
                    ended(request.getLease());
                    return false;
                }
                if (Thread.currentThread().isInterrupted()) {
                    return false;
                }
                LOG.warn("the lock lease is not renewed: {}", e.getMessage());
                keeper.pause();
            }
            return true;
        }
    }

    private synchronized void runOut(long which) {
        if (lease.is(which)) {
            lose("it could not be renewed");
        }
    }

    private synchronized void renewed(long which, long sentNanos) {
        lease.renewed(which, sentNanos);
    }

    /** What follows a grant blocks, and the next renewal must not wait for it. */
    private void grant(List<GrantedTicket> grants) {
        List<Runnable> told;
        synchronized (this) {
            told = waits.granted(grants);
        }
        told.forEach(workers::execute);
    }

    /** The mount ends: everything goes now, where the cluster can be told. */
    void close() {
        long ending;
        synchronized (this) {
            ending = lease.number();
            lease.end();
        }
        keeper.close();
        if (ending == 0) {
            return;
        }
        LockRequest drop = LockRequest.newBuilder()
                .setHolder(holder)
                .setLease(ending)
                .setDropHolder(DropHolder.getDefaultInstance())
                .build();
        try {
            while (client.execute(drop).getMore()) {
                LOG.debug("more locks to drop");
            }
        } catch (FsException e) {
            LOG.warn("locks are left to the end of their lease: {}", e.getMessage());
        }
    }
}
