package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.Health;
import io.dbfs.proto.LeaveReply;
import io.dbfs.proto.LeaveRequest;
import io.dbfs.proto.ListNodesReply;
import io.dbfs.proto.ListedNode;
import io.dbfs.proto.NodeRecord;
import io.dbfs.proto.NodeState;
import io.dbfs.proto.StoppingReply;
import io.dbfs.proto.StoppingRequest;
import io.dbfs.raft.ReplicatedGroup.Member;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Nodes that leave, that stop for a while, and the list of them. No method blocks. */
final class NodeAdmission {
    /** More last copies than this are not counted before a removal is refused. */
    private static final int LAST_COPIES_MAX = 1000;

    private final ContentsGroup group;
    private final ClusterLeader leader;
    private final NodeWatch nodes;

    NodeAdmission(ContentsGroup group, ClusterLeader leader, NodeWatch nodes) {
        this.group = group;
        this.leader = leader;
        this.nodes = nodes;
    }

    /**
     * Begins to remove a node.
     *
     * @throws FsException when the cluster cannot do without it
     */
    CompletableFuture<LeaveReply> leave(LeaveRequest request) {
        NodeRecord node = require(request.getNodeId());
        if (node.getState() != NodeState.LEAVING) {
            RemovalPolicy.check(removal(node));
        }
        return group.propose(Commands.setState(node.getNodeId(), NodeState.LEAVING))
                .thenApply(outcome -> {
                    leader.refreshNodes();
                    return LeaveReply.newBuilder()
                            .setRefusal(outcome.getRefusal())
                            .build();
                });
    }

    CompletableFuture<StoppingReply> stopping(StoppingRequest request) {
        NodeRecord node = require(request.getNodeId());
        return group.propose(Commands.stopped(node)).thenApply(outcome -> {
            Refusals.check(outcome.getRefusal());
            leader.refreshNodes();
            return StoppingReply.getDefaultInstance();
        });
    }

    CompletableFuture<ListNodesReply> list() {
        leader.refreshNodes();
        List<Member> members = group.group().members();
        String leading = group.group().leadership().leaderRaftAddress();
        ListNodesReply.Builder reply = ListNodesReply.newBuilder();
        for (ListedNode.Builder node : nodes.listed()) {
            String raft = node.getRecord().getRaftAddress();
            reply.addNodes(
                    node.setVotes(members.contains(new Member(raft, true))).setLeads(raft.equals(leading)));
        }
        return CompletableFuture.completedFuture(reply.build());
    }

    private RemovalPolicy.Removal removal(NodeRecord node) {
        int id = node.getNodeId();
        boolean alive = node.getState() == NodeState.ACTIVE && nodes.health(id) == Health.HEALTHY;
        List<VoterPolicy.Peer> peers = nodes.peers();
        List<Member> members = group.group().members();
        return new RemovalPolicy.Removal(
                node.getName(),
                alive,
                alive ? nodes.storedBytes(id) : 0,
                alive ? 0 : lastCopies(id),
                nodes.candidates().stream()
                        .filter(candidate -> candidate.nodeId() != id)
                        .toList(),
                group.readNow(ContentsView::cluster).getReplicas(),
                peers.stream()
                        .filter(peer -> members.contains(new Member(peer.raftAddress(), true)))
                        .toList(),
                peers.stream()
                        .filter(peer -> peer.raftAddress().equals(node.getRaftAddress()))
                        .findFirst()
                        .orElseThrow());
    }

    /** Chunks of which no other node that can be read from has a copy. */
    private int lastCopies(int node) {
        return group.readNow(view -> {
            int[] count = new int[1];
            view.chunksOn(node, 0, chunk -> {
                boolean elsewhere = view.chunk(chunk).stream()
                        .flatMap(record -> record.getReplicasList().stream())
                        .anyMatch(other -> other != node && nodes.health(other) != Health.DEAD);
                count[0] += elsewhere ? 0 : 1;
                return count[0] < LAST_COPIES_MAX;
            });
            return count[0];
        });
    }

    private NodeRecord require(int id) {
        return nodes.record(id).orElseThrow(() -> new FsException(Errno.ESTALE, "node n" + id + " is not known"));
    }
}
