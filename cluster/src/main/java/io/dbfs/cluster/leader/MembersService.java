package io.dbfs.cluster.leader;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.CheckChunksReply;
import io.dbfs.proto.CheckChunksRequest;
import io.dbfs.proto.Health;
import io.dbfs.proto.HeartbeatReply;
import io.dbfs.proto.HeartbeatRequest;
import io.dbfs.proto.InternalOutcome;
import io.dbfs.proto.JoinReply;
import io.dbfs.proto.JoinRequest;
import io.dbfs.proto.LeaveReply;
import io.dbfs.proto.LeaveRequest;
import io.dbfs.proto.ListNodesReply;
import io.dbfs.proto.ListNodesRequest;
import io.dbfs.proto.MembersGrpc;
import io.dbfs.proto.NodeRecord;
import io.dbfs.proto.NodeState;
import io.dbfs.proto.RewriteExtents;
import io.dbfs.proto.RewriteReply;
import io.dbfs.proto.StoppingReply;
import io.dbfs.proto.StoppingRequest;
import io.dbfs.raft.NotLeaderException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What nodes ask of their leader. No method blocks. */
final class MembersService extends MembersGrpc.MembersImplBase {
    /** Where the last run of a node's comparison ends. */
    private static final long LAST_CHUNK = -1;

    private final ContentsGroup group;
    private final ClusterLeader leader;
    private final Replies replies;
    private final NodeWatch nodes;
    private final ReturnedNodes returned;
    private final NodeWork work;
    private final NodeAdmission admission;

    MembersService(
            ContentsGroup group,
            ClusterLeader leader,
            Replies replies,
            NodeWatch nodes,
            ReturnedNodes returned,
            NodeWork work) {
        this.returned = returned;
        this.admission = new NodeAdmission(group, leader, nodes);
        this.group = group;
        this.leader = leader;
        this.replies = replies;
        this.nodes = nodes;
        this.work = work;
    }

    void begin() {
        work.begin();
    }

    @Override
    public void join(JoinRequest request, StreamObserver<JoinReply> observer) {
        replies.send(
                "join of " + request.getName(),
                whenReady(() -> join(request)),
                refusal -> JoinReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    @Override
    public void leave(LeaveRequest request, StreamObserver<LeaveReply> observer) {
        replies.send(
                "leave of n" + request.getNodeId(),
                whenReady(() -> admission.leave(request)),
                refusal -> LeaveReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    @Override
    public void stopping(StoppingRequest request, StreamObserver<StoppingReply> observer) {
        replies.send(
                "stopping of n" + request.getNodeId(),
                whenReady(() -> admission.stopping(request)),
                refusal -> StoppingReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesReply> observer) {
        replies.send(
                "list of nodes",
                whenReady(admission::list),
                refusal -> ListNodesReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    @Override
    public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatReply> observer) {
        replies.send(
                "heartbeat of n" + request.getNodeId(),
                whenReady(() -> CompletableFuture.completedFuture(heartbeat(request))),
                refusal -> HeartbeatReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    @Override
    public void checkChunks(CheckChunksRequest request, StreamObserver<CheckChunksReply> observer) {
        replies.send(
                "checkChunks of n" + request.getNodeId(),
                whenReady(() -> checkChunks(request)),
                refusal -> CheckChunksReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    @Override
    public void rewrite(RewriteExtents request, StreamObserver<RewriteReply> observer) {
        replies.send(
                "rewrite",
                whenReady(() -> group.propose(Commands.rewrite(request))
                        .thenApply(outcome -> RewriteReply.newBuilder()
                                .setRefusal(outcome.getRefusal())
                                .build())),
                refusal -> RewriteReply.newBuilder().setRefusal(refusal).build(),
                observer);
    }

    private CompletableFuture<JoinReply> join(JoinRequest request) {
        return group.propose(Commands.join(request)).thenApply(outcome -> {
            Refusals.check(outcome.getRefusal());
            leader.refreshNodes();
            work.check(outcome.getNodeId());
            return JoinReply.newBuilder()
                    .setNodeId(outcome.getNodeId())
                    .setClusterUuid(group.readNow(view -> view.cluster().getClusterUuid()))
                    .build();
        });
    }

    private HeartbeatReply heartbeat(HeartbeatRequest request) {
        int node = request.getNodeId();
        if (nodes.health(node) == Health.DEAD) {
            work.check(node);
        }
        requireSameCluster(request.getClusterUuid());
        if (!nodes.heard(request)) {
            throw new FsException(Errno.ESTALE, "node n" + node + " is not known");
        }
        if (request.getDroppedCount() > 0) {
            leader.propose(Commands.dropped(node, request.getDroppedList()));
        }
        if (request.getCopiedCount() > 0 || request.getDamagedCount() > 0 || request.getMissingCount() > 0) {
            leader.propose(Commands.replicas(request, nodes.shortOfSpace()));
        }
        HeartbeatReply reply = group.readNow(view -> {
            work.finished(view, request);
            return work.next(view, request);
        });
        return reply.toBuilder()
                .setCheckChunks(reply.getCheckChunks() || isUnchecked(node))
                .setLeaving(stateOf(node) == NodeState.LEAVING)
                .build();
    }

    /** A node that is gone counts again once it has compared its chunks, however often it has to be asked. */
    private boolean isUnchecked(int node) {
        return stateOf(node) == NodeState.GONE && !returned.contains(node);
    }

    private NodeState stateOf(int node) {
        return nodes.record(node).map(NodeRecord::getState).orElse(NodeState.ACTIVE);
    }

    private CompletableFuture<CheckChunksReply> checkChunks(CheckChunksRequest request) {
        int node = request.getNodeId();
        // What a node that is gone lacks must be off the records before its copies count again.
        boolean gone = stateOf(node) == NodeState.GONE;
        return group.read(view -> ChunkAudit.of(view, request)).thenCompose(audit -> {
            List<Long> removed = gone ? audit.missing() : List.of();
            CompletableFuture<InternalOutcome> counted = audit.unrecorded().isEmpty() && removed.isEmpty()
                    ? CompletableFuture.completedFuture(InternalOutcome.getDefaultInstance())
                    : group.propose(Commands.replicas(node, audit.unrecorded(), removed, nodes.shortOfSpace()));
            return counted.thenApply(outcome -> {
                Refusals.check(outcome.getRefusal());
                if (gone && request.getUpTo() == LAST_CHUNK) {
                    returned.add(node);
                }
                return CheckChunksReply.newBuilder()
                        .addAllVerify(audit.missing())
                        .build();
            });
        });
    }

    private void requireSameCluster(String uuid) {
        String own = group.readNow(view -> view.cluster().getClusterUuid());
        if (!own.equals(uuid)) {
            throw new FsException(Errno.ESTALE, "cluster " + uuid + " (expected: " + own + ")");
        }
    }

    private <T> CompletableFuture<T> whenReady(Supplier<CompletableFuture<T>> request) {
        if (!leader.ready()) {
            return CompletableFuture.failedFuture(new NotLeaderException(""));
        }
        try {
            return request.get();
        } catch (FsException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }
}
