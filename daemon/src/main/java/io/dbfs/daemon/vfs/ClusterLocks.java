package io.dbfs.daemon.vfs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.client.LocksClient;
import io.dbfs.proto.CancelWait;
import io.dbfs.proto.DropHolder;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.GrantedTicket;
import io.dbfs.proto.KeepLocksReply;
import io.dbfs.proto.KeepLocksRequest;
import io.dbfs.proto.LockReply;
import io.dbfs.proto.LockRequest;
import io.dbfs.proto.LockResult;
import io.dbfs.proto.WaitingTicket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this mount has locked and waits for at one cluster, under one lease. While there is something, a thread of its own
 * asks the cluster for news, which renews the lease. The lease is counted from when a renewal was sent, so that it ends
 * here before it ends there. Thread-safe; what asks the cluster blocks.
 */
final class ClusterLocks {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterLocks.class);
    /** How long the cluster holds a question for news. */
    private static final int HOLD_MILLIS = 2_000;

    private static final Duration KEEP_PATIENCE = Duration.ofSeconds(4);
    /** Questions without anything locked, after which the thread ends. */
    private static final int IDLE_ROUNDS = 5;

    private static final long PAUSE_MILLIS = 250;
    /** How often a lease is asked for while an earlier one is being ended. */
    private static final int BEGIN_ATTEMPTS = 12;

    private final LocksClient client;
    private final long holder;
    private final LongSupplier nanoTime;
    private final Executor workers;
    private final ThreadFactory threads;

    @GuardedBy("this")
    private long lease;

    @GuardedBy("this")
    private long leaseNanos;

    @GuardedBy("this")
    private long validUntilNanos;

    /** Owners that have, or may have, something locked. */
    @GuardedBy("this")
    private final Map<Owner, Uses> owners = new HashMap<>();

    /** Owners whose locks were lost, until they let go of them. */
    @GuardedBy("this")
    private final Set<Owner> lost = new HashSet<>();

    @GuardedBy("this")
    private final Map<Long, LockWait> waiting = new HashMap<>();

    /** Requests that could not be sent and must be. */
    @GuardedBy("this")
    private final Deque<LockRequest> owed = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean keeping;

    @GuardedBy("this")
    private @Nullable Thread keeper;

    @GuardedBy("this")
    private boolean closed;

    private final CountDownLatch ended = new CountDownLatch(1);

    /** An owner in one file. */
    record Owner(InodeId inode, long id) {}

    /** How an owner stands: what is under way, and how often it got something. */
    private static final class Uses {
        private int underWay;
        private long got;
    }

    ClusterLocks(LocksClient client, long holder, LongSupplier nanoTime, Executor workers, ThreadFactory threads) {
        this.client = client;
        this.holder = holder;
        this.nanoTime = nanoTime;
        this.workers = workers;
        this.threads = threads;
    }

    LocksClient client() {
        return client;
    }

    long holder() {
        return holder;
    }

    /** EIO for a file in which some owner's locks were lost and it does not know yet. */
    synchronized void requireKept(InodeId inode) {
        if (!lost.isEmpty() && lost.stream().anyMatch(owner -> owner.inode().equals(inode))) {
            throw new FsException(Errno.EIO, "the locks of " + inode + " were lost");
        }
    }

    private synchronized void requireKept(Owner owner) {
        if (lost.contains(owner)) {
            throw new FsException(Errno.ENOLCK, "the locks of " + owner + " were lost");
        }
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
        if (lease == underLease) {
            waiting.put(wait.ticket(), wait);
        } else {
            wait.granted().completeExceptionally(new FsException(Errno.ENOLCK, "the lock lease ended"));
        }
    }

    private synchronized void begin(Owner owner) {
        owners.computeIfAbsent(owner, first -> new Uses()).underWay++;
    }

    private synchronized void end(Owner owner, boolean got) {
        Uses uses = owners.get(owner);
        if (uses == null) {
            return;
        }
        uses.underWay--;
        uses.got += got ? 1 : 0;
        if (uses.underWay == 0 && uses.got == 0) {
            owners.remove(owner);
        }
        keep();
    }

    /** How often the owner got something; negative when it certainly has nothing. */
    private synchronized long got(Owner owner) {
        Uses uses = owners.get(owner);
        return uses == null ? -1 : uses.got;
    }

    /** The owner has nothing, as of when it had got so often. */
    private synchronized void forget(Owner owner, long got) {
        Uses uses = owners.get(owner);
        if (uses != null && uses.underWay == 0 && uses.got == got) {
            owners.remove(owner);
        }
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
        return waiting.values().stream().anyMatch(wait -> wait.owner().equals(owner));
    }

    private synchronized void requireNotLost(Owner owner) {
        if (lost.remove(owner)) {
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
                waiting.remove(wait.ticket());
            }
            wait.granted().completeExceptionally(new FsException(Errno.EINTR));
        });
    }

    private synchronized void owe(LockRequest request, FsException failure) {
        if (lease != 0) {
            LOG.warn("{} is told to the cluster later: {}", request.getRequestCase(), failure.getMessage());
            owed.add(request);
            keep();
        }
    }

    private LockReply send(LockRequest request) {
        for (int attempt = 1; ; attempt++) {
            long sent = nanoTime.getAsLong();
            long used = lease();
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
                pause();
            }
        }
    }

    private synchronized long lease() {
        return lease;
    }

    private synchronized void heard(long sentNanos, LockReply reply) {
        long told = reply.getLease();
        if (told == 0) {
            return;
        }
        if (lease != 0 && told < lease) {
            throw new FsException(Errno.ENOLCK, "lock lease " + told + " ended");
        }
        if (told > lease) {
            if (lease != 0) {
                lose("a newer one began");
            }
            lease = told;
            leaseNanos = TimeUnit.MILLISECONDS.toNanos(reply.getLeaseMillis());
            validUntilNanos = sentNanos + leaseNanos;
        } else {
            validUntilNanos = Math.max(validUntilNanos, sentNanos + leaseNanos);
        }
    }

    /** The cluster says that this lease has ended; whether nothing was lost by it. */
    private synchronized boolean ended(long which) {
        boolean harmless =
                lease != which || (waiting.isEmpty() && owners.values().stream().allMatch(uses -> uses.got == 0));
        if (lease == which) {
            lose("the cluster ended it");
        }
        return harmless;
    }

    @GuardedBy("this")
    private void lose(String why) {
        lease = 0;
        owed.clear();
        owners.forEach((owner, uses) -> {
            if (uses.got > 0) {
                lost.add(owner);
                uses.got = 0;
            }
        });
        owners.values().removeIf(uses -> uses.underWay == 0);
        List<LockWait> waits = List.copyOf(waiting.values());
        waiting.clear();
        if (!lost.isEmpty() || !waits.isEmpty()) {
            LOG.error("lock lease lost, {}: the locks of {} owners are gone", why, lost.size());
        }
        workers.execute(() -> waits.forEach(
                wait -> wait.granted().completeExceptionally(new FsException(Errno.ENOLCK, "the lock lease ended"))));
    }

    /** Has the lease renewed for as long as something is locked. */
    @GuardedBy("this")
    private void keep() {
        if (!keeping && !closed && lease != 0) {
            keeping = true;
            Thread thread = threads.newThread(this::keepOn);
            keeper = thread;
            thread.start();
        }
    }

    private void keepOn() {
        int idle = 0;
        while (idle < IDLE_ROUNDS && !Thread.currentThread().isInterrupted()) {
            idle = isIdle() ? idle + 1 : 0;
            settleDebts();
            if (!round()) {
                break;
            }
        }
        synchronized (this) {
            keeping = false;
            if (isIdle() && lease != 0) {
                // The cluster ends it when it hears nothing; the next lock finds it or begins another.
                lease = 0;
            } else if (!Thread.currentThread().isInterrupted()) {
                keep();
            }
        }
    }

    private synchronized boolean isIdle() {
        return owners.isEmpty() && waiting.isEmpty() && owed.isEmpty();
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

    /** Asks for news once; false when the lease is over. */
    private boolean round() {
        KeepLocksRequest request;
        long validUntil;
        synchronized (this) {
            if (lease == 0) {
                return false;
            }
            KeepLocksRequest.Builder builder = KeepLocksRequest.newBuilder()
                    .setHolder(holder)
                    .setLease(lease)
                    .setHoldMillis(HOLD_MILLIS);
            waiting.forEach((ticket, wait) -> builder.addWaiting(WaitingTicket.newBuilder()
                    .setInode(wait.owner().inode().value())
                    .setTicket(ticket)));
            request = builder.build();
            validUntil = validUntilNanos;
        }
        long sent = nanoTime.getAsLong();
        if (sent - validUntil >= 0) {
            runOut(request.getLease());
            return false;
        }
        try {
            Duration left = Duration.ofNanos(validUntil - sent);
            KeepLocksReply reply = client.keep(request, left.compareTo(KEEP_PATIENCE) < 0 ? left : KEEP_PATIENCE);
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
            pause();
        }
        return true;
    }

    private synchronized void runOut(long which) {
        if (lease == which) {
            lose("it could not be renewed");
        }
    }

    private synchronized void renewed(long which, long sentNanos) {
        if (lease == which) {
            validUntilNanos = Math.max(validUntilNanos, sentNanos + leaseNanos);
        }
    }

    /** What follows a grant blocks, and the next renewal must not wait for it. */
    private void grant(List<GrantedTicket> grants) {
        List<Runnable> told = new ArrayList<>();
        synchronized (this) {
            for (GrantedTicket grant : grants) {
                LockWait wait = waiting.remove(grant.getTicket());
                if (wait != null) {
                    FileAttributes attributes = grant.getAttributes();
                    told.add(() -> wait.granted().complete(attributes));
                }
            }
        }
        told.forEach(workers::execute);
    }

    /** A moment, or until the mount ends. */
    private void pause() {
        try {
            if (ended.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("the mount ends");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The mount ends: everything goes now, where the cluster can be told. */
    void close() {
        long ending;
        synchronized (this) {
            closed = true;
            ending = lease;
            lease = 0;
            if (keeping && keeper != null) {
                keeper.interrupt();
            }
        }
        ended.countDown();
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
