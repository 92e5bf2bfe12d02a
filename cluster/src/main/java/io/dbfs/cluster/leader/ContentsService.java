package io.dbfs.cluster.leader;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.common.watch.Watchers;
import io.dbfs.proto.AbandonChunksReply;
import io.dbfs.proto.AbandonChunksRequest;
import io.dbfs.proto.AllocateReply;
import io.dbfs.proto.AllocateRequest;
import io.dbfs.proto.ContentsGrpc;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.Extent;
import io.dbfs.proto.GetExtentsReply;
import io.dbfs.proto.GetExtentsRequest;
import io.dbfs.proto.ListLostReply;
import io.dbfs.proto.ListLostRequest;
import io.dbfs.proto.OpenReply;
import io.dbfs.proto.OpenRequest;
import io.dbfs.proto.ReportBadReplicaReply;
import io.dbfs.proto.ReportBadReplicaRequest;
import io.dbfs.proto.StatReply;
import io.dbfs.proto.StatRequest;
import io.dbfs.proto.TouchOperation;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What clients ask of a cluster. No method blocks. */
final class ContentsService extends ContentsGrpc.ContentsImplBase {
    /** Chunks that one request may abandon. */
    private static final int ABANDONED_MAX = 1000;

    private final ContentsGroup group;
    private final ClusterLeader leader;
    private final Replies replies;
    private final ContentsQueries queries;
    private final Allocator allocator;
    private final Watchers watchers;

    ContentsService(
            ContentsGroup group,
            ClusterLeader leader,
            Replies replies,
            ContentsQueries queries,
            Allocator allocator,
            Watchers watchers) {
        this.group = group;
        this.leader = leader;
        this.replies = replies;
        this.queries = queries;
        this.allocator = allocator;
        this.watchers = watchers;
    }

    @Override
    public void execute(ContentsOperation request, StreamObserver<ContentsOutcome> observer) {
        // Who changes a file knows it afterwards, and wants to hear when that is not true any more.
        watchers.watch(request.getOp().getClient(), changed(request));
        replies.send(
                "execute " + request.getOperationCase(),
                judge(request).thenCompose(outcome -> tell(request, outcome)),
                refusal -> ContentsOutcome.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    @Override
    public void open(OpenRequest request, StreamObserver<OpenReply> observer) {
        watchers.watch(request.getWatchedBy(), List.of(request.getInode()));
        replies.send(
                "open",
                group.read(view -> queries.open(view, request)),
                refusal -> OpenReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    @Override
    public void getExtents(GetExtentsRequest request, StreamObserver<GetExtentsReply> observer) {
        watchers.watch(request.getWatchedBy(), List.of(request.getInode()));
        replies.send(
                "getExtents",
                group.read(view -> queries.extents(view, request)),
                refusal -> GetExtentsReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    @Override
    public void stat(StatRequest request, StreamObserver<StatReply> observer) {
        watchers.watch(request.getWatchedBy(), request.getInodesList());
        replies.send(
                "stat",
                group.read(view -> ContentsQueries.stat(view, request)),
                refusal -> StatReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    @Override
    public void allocate(AllocateRequest request, StreamObserver<AllocateReply> observer) {
        CompletableFuture<AllocateReply> reply = leader.ready()
                ? allocator.allocate(request)
                : CompletableFuture.completedFuture(AllocateReply.newBuilder()
                        .setRefusal(replies.notLeader())
                        .build());
        replies.send(
                "allocate",
                reply,
                refusal -> AllocateReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    @Override
    public void listLost(ListLostRequest request, StreamObserver<ListLostReply> observer) {
        replies.send(
                "listLost",
                group.read(view -> LostChunks.list(view, request)),
                refusal -> ListLostReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    @Override
    public void reportBadReplica(ReportBadReplicaRequest request, StreamObserver<ReportBadReplicaReply> observer) {
        ReportBadReplicaReply.Builder reply = ReportBadReplicaReply.newBuilder();
        if (leader.ready()) {
            leader.verify(request.getNodeId(), request.getChunkId());
        } else {
            reply.setRefusal(replies.notLeader());
        }
        observer.onNext(reply.build());
        observer.onCompleted();
    }

    @Override
    public void abandonChunks(AbandonChunksRequest request, StreamObserver<AbandonChunksReply> observer) {
        replies.send(
                "abandonChunks",
                abandon(request),
                refusal -> AbandonChunksReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    private CompletableFuture<AbandonChunksReply> abandon(AbandonChunksRequest request) {
        if (request.getChunksCount() > ABANDONED_MAX) {
            return CompletableFuture.failedFuture(new FsException(
                    Errno.EINVAL,
                    "chunks: " + request.getChunksCount() + " (expected: at most " + ABANDONED_MAX + ")"));
        }
        return group.propose(Commands.abandon(request.getChunksList()))
                .thenApply(outcome -> AbandonChunksReply.newBuilder()
                        .setRefusal(outcome.getRefusal())
                        .build());
    }

    /** What no version knows must not enter the log, where it would halt every replica. */
    private CompletableFuture<ContentsOutcome> judge(ContentsOperation request) {
        if (request.getOperationCase() == ContentsOperation.OperationCase.OPERATION_NOT_SET) {
            return CompletableFuture.completedFuture(ContentsOutcome.newBuilder()
                    .setRefusal(Refusals.of(Errno.EOPNOTSUPP, "operation not known to this version"))
                    .build());
        }
        if (growsTheState(request) && !leader.hasRoom()) {
            return CompletableFuture.completedFuture(ContentsOutcome.newBuilder()
                    .setRefusal(Refusals.of(Errno.ENOSPC, "the leader's disk is down to its reserve"))
                    .build());
        }
        return group.execute(request);
    }

    /** The writer is told when nobody can open what was there before any more: close-to-open without a question at open. */
    private CompletableFuture<ContentsOutcome> tell(ContentsOperation request, ContentsOutcome outcome) {
        if (Refusals.refused(outcome.getRefusal())) {
            return CompletableFuture.completedFuture(outcome);
        }
        return watchers.contentsChanged(changed(request), request.getOp().getClient())
                .thenApply(told -> outcome);
    }

    private static List<Long> changed(ContentsOperation request) {
        return switch (request.getOperationCase()) {
            case COMMIT -> List.of(request.getCommit().getInode());
            case APPEND -> List.of(request.getAppend().getInode());
            case SET_CONTENTS -> List.of(request.getSetContents().getInode());
            case DROP -> request.getDrop().getInodesList();
            case CLONE -> List.of(request.getClone().getTarget());
            case TOUCH ->
                request.getTouch().getAccessesList().stream()
                        .map(TouchOperation.Access::getInode)
                        .toList();
            case OPERATION_NOT_SET -> List.of();
        };
    }

    /** Bytes that stay in the state itself, on every node. */
    private static boolean growsTheState(ContentsOperation request) {
        if (request.hasClone()) {
            return true;
        }
        List<Extent> extents = request.hasAppend()
                ? request.getAppend().getExtentsList()
                : request.getCommit().getExtentsList();
        return extents.stream().anyMatch(Extent::hasInline);
    }
}
