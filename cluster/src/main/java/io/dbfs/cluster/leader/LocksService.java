package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.DropHolder;
import io.dbfs.proto.GrantedTicket;
import io.dbfs.proto.KeepLocksReply;
import io.dbfs.proto.KeepLocksRequest;
import io.dbfs.proto.LockHolderRecord;
import io.dbfs.proto.LockRange;
import io.dbfs.proto.LockReply;
import io.dbfs.proto.LockRequest;
import io.dbfs.proto.LockResult;
import io.dbfs.proto.LocksGrpc;
import io.dbfs.proto.OwnedLock;
import io.dbfs.proto.SettledReply;
import io.dbfs.proto.SettledRequest;
import io.dbfs.proto.TestLockReply;
import io.dbfs.proto.TestLockRequest;
import io.dbfs.proto.WaitingTicket;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What mounts ask of the locks of files, and the end of mounts that ask no more. No method blocks. */
final class LocksService extends LocksGrpc.LocksImplBase {
    private static final Logger log = LoggerFactory.getLogger(LocksService.class);
    private static final long HOLD_MILLIS_MAX = 3_000;

    private final ContentsGroup group;
    private final Replies replies;
    private final LockLeases leases;
    private final LockPolls polls = new LockPolls();
    private final LockInquiries inquiries = new LockInquiries();
    private final int leaseMillis;

    LocksService(ContentsGroup group, Replies replies, Duration lease, LongSupplier nanoClock) {
        this.group = group;
        this.replies = replies;
        this.leases = new LockLeases(lease, nanoClock);
        this.leaseMillis = Math.toIntExact(lease.toMillis());
    }

    /** Leadership began: every mount has its whole lease before it. */
    void begin() {
        leases.clear();
        polls.clear();
    }

    /** The server stops: nobody waits for its answer any more. */
    void close() {
        polls.close();
    }

    /** Ends the mounts that were not heard of for a lease; called about once a second by the leader. */
    void tick() {
        Map<Long, LockHolderRecord> holders = group.readNow(ContentsView::lockHolders);
        Set<Long> expired = Set.copyOf(leases.expired(holders.keySet()));
        inquiries.retain(holders.keySet());
        holders.forEach((holder, record) -> {
            if (expired.contains(holder)) {
                report(holder);
                drop(holder, record.getLease());
            }
        });
    }

    /** A mount that has locked nothing for a while renews nothing. */
    private void report(long holder) {
        if (group.readNow(view -> view.isLocking(holder))) {
            log.warn(
                    "mount {} was not heard of for {} ms: its locks are dropped",
                    Long.toHexString(holder),
                    leaseMillis);
        } else {
            log.debug("mount {} has locked nothing for {} ms", Long.toHexString(holder), leaseMillis);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The stage handles every outcome.
    private void drop(long holder, long lease) {
        LockRequest request = LockRequest.newBuilder()
                .setHolder(holder)
                .setLease(lease)
                .setDropHolder(DropHolder.getDefaultInstance())
                .build();
        group.lock(request).whenComplete((outcome, failure) -> {
            if (failure == null) {
                polls.wake(outcome.getGrantsList());
            } else {
                log.info("locks of mount {} are dropped later: {}", Long.toHexString(holder), failure.toString());
            }
        });
    }

    @Override
    public void execute(LockRequest request, StreamObserver<LockReply> observer) {
        replies.send(
                "lock " + request.getRequestCase(),
                checked(() -> execute(request)),
                refusal -> LockReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    private CompletableFuture<LockReply> execute(LockRequest request) {
        if (request.getRequestCase() == LockRequest.RequestCase.REQUEST_NOT_SET) {
            throw new FsException(Errno.EOPNOTSUPP, "lock request not known to this version");
        }
        if (request.getHolder() == 0) {
            throw new FsException(Errno.EINVAL, "holder: 0 (expected: a session)");
        }
        if (!request.hasDropHolder()) {
            requireLease(request.getHolder());
        }
        return group.lock(request).thenCompose(outcome -> {
            polls.wake(outcome.getGrantsList());
            LockReply.Builder reply = outcome.toBuilder().clearGrants().setLeaseMillis(leaseMillis);
            if (outcome.getResult() != LockResult.BUSY) {
                return CompletableFuture.completedFuture(reply.build());
            }
            OwnedLock wanted = wanted(
                    request.getHolder(),
                    request.getAcquire().getOwner(),
                    request.getAcquire().getRange());
            long inode = request.getAcquire().getInode();
            return settled(inode, wanted)
                    .thenApply(asked ->
                            reply.setRetry(asked && isFree(inode, wanted)).build());
        });
    }

    private static OwnedLock wanted(long holder, long owner, LockRange range) {
        return OwnedLock.newBuilder()
                .setHolder(holder)
                .setOwner(owner)
                .setRange(range)
                .build();
    }

    private boolean isFree(long inode, OwnedLock wanted) {
        return group.readNow(view -> view.lockBlockers(inode, wanted)).stream()
                .allMatch(holder -> holder == wanted.getHolder());
    }

    /**
     * Has the mounts whose locks stand in the way let go of those of files that are closed, which they may have been told of
     * and we have not. Whether any was asked.
     */
    private CompletableFuture<Boolean> settled(long inode, OwnedLock wanted) {
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (long holder : group.readNow(view -> view.lockBlockers(inode, wanted))) {
            if (holder != wanted.getHolder()) {
                answers.add(inquiries.ask(holder, inode));
                polls.wake(holder);
            }
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> !answers.isEmpty());
    }

    private void requireLease(long holder) {
        if (group.leads() && !leases.renew(holder)) {
            throw new FsException(Errno.ESTALE, "the lock lease of mount " + Long.toHexString(holder) + " ran out");
        }
    }

    @Override
    public void testLock(TestLockRequest request, StreamObserver<TestLockReply> observer) {
        replies.send(
                "testLock",
                group.read(view -> test(view, request)).thenCompose(now -> again(now, request)),
                refusal -> TestLockReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    private CompletableFuture<TestLockReply> again(TestLockReply now, TestLockRequest request) {
        if (!now.hasConflict()) {
            return CompletableFuture.completedFuture(now);
        }
        OwnedLock wanted = wanted(request.getHolder(), request.getOwner(), request.getRange());
        return settled(request.getInode(), wanted)
                .thenApply(asked -> asked ? group.readNow(view -> test(view, request)) : now);
    }

    @Override
    public void settled(SettledRequest request, StreamObserver<SettledReply> observer) {
        inquiries.answered(request.getHolder(), request.getInquiry());
        observer.onNext(SettledReply.getDefaultInstance());
        observer.onCompleted();
    }

    /** Another host's process number would be taken for one of the asking host's. */
    private static TestLockReply test(ContentsView view, TestLockRequest request) {
        OwnedLock wanted = wanted(request.getHolder(), request.getOwner(), request.getRange());
        TestLockReply.Builder reply = TestLockReply.newBuilder();
        view.lockConflict(request.getInode(), wanted).ifPresent(conflict -> {
            LockRange.Builder range = conflict.getRange().toBuilder();
            reply.setConflict(conflict.getHolder() == request.getHolder() ? range : range.clearPid());
        });
        return reply.build();
    }

    @Override
    public void keepLocks(KeepLocksRequest request, StreamObserver<KeepLocksReply> observer) {
        replies.send(
                "keepLocks",
                checked(() -> keep(request)),
                refusal -> KeepLocksReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    private CompletableFuture<KeepLocksReply> keep(KeepLocksRequest request) {
        long millis = Math.min(Integer.toUnsignedLong(request.getHoldMillis()), HOLD_MILLIS_MAX);
        // First the wish to be told, then the look: no grant falls between the two.
        CompletableFuture<Void> told = polls.await(request.getHolder(), millis);
        inquiries.known(request.getHolder(), request.getSettles());
        return group.read(view -> granted(view, request, true)).thenCompose(now -> {
            if (now.getGrantedCount() > 0 || now.getSettleCount() > 0) {
                return CompletableFuture.completedFuture(now);
            }
            return told.thenCompose(woken -> group.read(view -> granted(view, request, false)));
        });
    }

    private KeepLocksReply granted(ContentsView view, KeepLocksRequest request, boolean renews) {
        boolean live = view.lockHolder(request.getHolder())
                .filter(record -> !record.getEnding() && record.getLease() == request.getLease())
                .isPresent();
        if (!live) {
            throw new FsException(Errno.ESTALE, "lock lease " + request.getLease() + " has ended");
        }
        if (renews) {
            requireLease(request.getHolder());
        }
        KeepLocksReply.Builder reply = KeepLocksReply.newBuilder().addAllSettle(inquiries.take(request.getHolder()));
        for (WaitingTicket waiting : request.getWaitingList()) {
            if (!view.isWaitingForLock(waiting.getInode(), waiting.getTicket())) {
                reply.addGranted(GrantedTicket.newBuilder()
                        .setTicket(waiting.getTicket())
                        .setAttributes(view.attributes(waiting.getInode())));
            }
        }
        return reply.build();
    }

    /** A refusal before anything is asked of the group is an outcome as any other. */
    private static <T> CompletableFuture<T> checked(Supplier<CompletableFuture<T>> request) {
        try {
            return request.get();
        } catch (FsException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }
}
