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
import io.dbfs.proto.KeepLocksRequest;
import io.dbfs.proto.LockFence;
import io.dbfs.proto.LockReply;
import io.dbfs.proto.LockRequest;
import io.dbfs.proto.LockResult;
import io.dbfs.proto.SettleInquiry;
import io.dbfs.proto.SettledRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this mount has locked and waits for at one cluster, under one lease. While there is something, a thread of its own
 * asks the cluster for news, which renews the lease. Thread-safe; what asks the cluster blocks.
 */
final class ClusterLocks {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterLocks.class);
    /** How often a lease is asked for while an earlier one is being ended. */
    private static final int BEGIN_ATTEMPTS = 12;

    private final LocksClient client;
    private final Consumer<InodeId> settle;
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
    private final Deque<Debt> owed = new ArrayDeque<>();

    /** A request, and what follows its reply. */
    private record Debt(LockRequest request, Consumer<LockReply> then) {}

    /** {@code settle} waits until the locks of a file are gone that are over for their programs. */
    ClusterLocks(
            LocksClient client,
            Consumer<InodeId> settle,
            long holder,
            LongSupplier nanoTime,
            Executor workers,
            ThreadFactory threads) {
        this.client = client;
        this.settle = settle;
        this.holder = holder;
        this.nanoTime = nanoTime;
        this.workers = workers;
        this.keeper = new LockKeeper(new LockRenewals(this, client, nanoTime, workers), threads);
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
            if (reply.getResult() == LockResult.BUSY && reply.getRetry()) {
                // What was in the way belonged to another mount's closed files, and is gone.
                reply = send(request);
            }
        } catch (FsException e) {
            // Whoever asked in vain for want of an answer may have got it.
            end(owner, e.errno() == Errno.ETIMEDOUT || e.errno() == Errno.EIO || e.errno() == Errno.EINTR);
            throw e;
        }
        if (reply.getResult() == LockResult.BUSY) {
            end(owner, reply.getOwnerHolds());
            throw new FsException(Errno.EAGAIN, "locked by another");
        }
        LockWait wait = new LockWait(this, owner, reply.getTicket());
        boolean done = reply.getResult() == LockResult.DONE;
        if (!enter(wait, done, reply.getLease())) {
            throw new FsException(Errno.ENOLCK, "the lock lease ended");
        }
        if (done) {
            wait.granted().complete(reply.getAttributes());
        }
        return wait;
    }

    /** The lock is had, or waited for, under the lease of the reply; false where that is over. */
    private synchronized boolean enter(LockWait wait, boolean done, long underLease) {
        boolean live = lease.is(underLease);
        if (!live || done) {
            owners.end(wait.owner(), live);
        } else {
            waits.add(wait);
        }
        keep();
        return live;
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

    /** Lets go of some bytes that nobody has taken; what cannot be told to the cluster now is told later. */
    void giveBack(Owner owner, LockRequest request) {
        long got = got(owner);
        if (got < 0) {
            return;
        }
        try {
            if (!send(request).getOwnerHolds()) {
                forget(owner, got);
            }
        } catch (FsException e) {
            owe(new Debt(request, reply -> {}), e);
        }
    }

    /** Lets go of everything; what cannot be told to the cluster now is told later. EIO when it was lost before. */
    void releaseOwner(Owner owner, LockRequest.Builder request) {
        requireNotLost(owner);
        long got = got(owner);
        if (got < 0) {
            return;
        }
        request.getReleaseOwnerBuilder().setWaitsToo(!isAsking(owner));
        try {
            send(request.build());
        } catch (FsException e) {
            owe(new Debt(request.build(), reply -> {}), e);
        }
        forget(owner, got);
    }

    /** Whether the outcome of a request of the owner is not known yet, so that somebody waits for it. */
    private synchronized boolean isAsking(Owner owner) {
        return owners.isAsking(owner);
    }

    private synchronized void requireNotLost(Owner owner) {
        if (owners.tellLost(owner)) {
            throw new FsException(Errno.EIO, "the locks of " + owner + " were lost");
        }
    }

    /**
     * Takes a request out of the queue, by another thread. The wait ends when the cluster has said what became of it: a lock
     * that was granted meanwhile must not be left to nobody.
     */
    void cancel(LockWait wait) {
        LockRequest request = LockRequest.newBuilder()
                .setCancelWait(CancelWait.newBuilder()
                        .setInode(wait.owner().inode().value())
                        .setTicket(wait.ticket()))
                .build();
        Debt cancel = new Debt(request, reply -> cancelled(wait, reply));
        workers.execute(() -> {
            try {
                cancel.then().accept(send(request));
            } catch (FsException e) {
                owe(cancel, e);
            }
        });
    }

    /** Where it was granted before, the keeper gets to know, and the wait ends by that. */
    private void cancelled(LockWait wait, LockReply reply) {
        if (reply.getResult() == LockResult.GRANTED_BEFORE) {
            return;
        }
        boolean waited;
        synchronized (this) {
            waited = waits.remove(wait);
        }
        if (waited) {
            fail(wait, new FsException(Errno.EINTR));
        }
    }

    private void fail(LockWait wait, FsException failure) {
        end(wait.owner(), false);
        wait.granted().completeExceptionally(failure);
    }

    private synchronized void owe(Debt debt, FsException failure) {
        if (!lease.is(0)) {
            LOG.warn("{} is told to the cluster later: {}", debt.request().getRequestCase(), failure.getMessage());
            owed.add(debt);
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
    synchronized boolean ended(long which) {
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
        workers.execute(() ->
                waited.forEach(wait -> fail(wait, new FsException(Errno.ENOLCK, "the lock lease ended"))));
    }

    @GuardedBy("this")
    private void keep() {
        if (!lease.is(0)) {
            keeper.keep();
        }
    }

    /** Sends what could not be sent before. */
    void settleDebts() {
        List<Debt> debts;
        synchronized (this) {
            debts = List.copyOf(owed);
            owed.clear();
        }
        for (Debt debt : debts) {
            try {
                debt.then().accept(send(debt.request()));
            } catch (FsException e) {
                owe(debt, e);
            }
        }
    }

    /** Whether nothing is locked, waited for or owed. */
    synchronized boolean isIdle() {
        return owners.isEmpty() && waits.isEmpty() && owed.isEmpty();
    }

    /** Ends the lease where nothing is locked under it; whether it is not there afterwards. */
    synchronized boolean letGo() {
        if (isIdle()) {
            // The cluster ends it when it hears nothing; the next lock finds it or begins another.
            lease.end();
        }
        return lease.is(0);
    }

    /** What renews the lease, or null where there is none. */
    synchronized LockRenewals.@Nullable Renewal renewal() {
        if (lease.is(0)) {
            return null;
        }
        KeepLocksRequest.Builder request = KeepLocksRequest.newBuilder()
                .setHolder(holder)
                .setLease(lease.number())
                .setSettles(true);
        waits.ask(request);
        return new LockRenewals.Renewal(request, lease.validUntilNanos());
    }

    /** Another mount finds locks of this one in its way, whose files may be closed. */
    void settle(SettleInquiry inquiry) {
        settle.accept(new InodeId(inquiry.getInode()));
        try {
            client.settled(SettledRequest.newBuilder()
                    .setHolder(holder)
                    .setInquiry(inquiry.getId())
                    .build());
        } catch (FsException e) {
            LOG.debug("inquiry {} is not answered: {}", inquiry.getId(), e.getMessage());
        }
    }

    /** It was not renewed in time. */
    synchronized void runOut(long which) {
        if (lease.is(which)) {
            lose("it could not be renewed");
        }
    }

    /** The cluster renewed it when asked at this time. */
    synchronized void renewed(long which, long sentNanos) {
        lease.renewed(which, sentNanos);
    }

    /** What follows a grant blocks, and the next renewal must not wait for it. */
    void grant(List<GrantedTicket> grants) {
        for (GrantedTicket grant : grants) {
            LockWait wait = granted(grant);
            if (wait != null) {
                workers.execute(() -> wait.granted().complete(grant.getAttributes()));
            }
        }
    }

    /** From here on its owner has the lock, and loses it with the lease. */
    private synchronized @Nullable LockWait granted(GrantedTicket grant) {
        LockWait wait = waits.removeGranted(grant);
        if (wait != null) {
            owners.end(wait.owner(), true);
        }
        return wait;
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
