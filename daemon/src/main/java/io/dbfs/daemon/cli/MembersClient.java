package io.dbfs.daemon.cli;

import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ClusterStatus;
import io.dbfs.proto.LeaveReply;
import io.dbfs.proto.LeaveRequest;
import io.dbfs.proto.ListNodesReply;
import io.dbfs.proto.ListNodesRequest;
import io.dbfs.proto.ListedNode;
import io.dbfs.proto.MembersGrpc;
import io.dbfs.proto.MembersGrpc.MembersBlockingStub;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks a cluster's leader about its nodes. */
final class MembersClient implements AutoCloseable {
    private static final long ANSWER_SECONDS = 10;

    private final Channels channels = new Channels();

    /** The cluster's nodes, by id. */
    List<ListedNode> list(ClusterStatus cluster) {
        ListNodesReply reply = leader(cluster).listNodes(ListNodesRequest.getDefaultInstance());
        Refusals.check(reply.getRefusal());
        return reply.getNodesList();
    }

    /**
     * Begins to remove a node.
     *
     * @throws io.dbfs.common.FsException why the cluster cannot do without it
     */
    void remove(ClusterStatus cluster, int node) {
        LeaveReply reply =
                leader(cluster).leave(LeaveRequest.newBuilder().setNodeId(node).build());
        Refusals.check(reply.getRefusal());
    }

    private MembersBlockingStub leader(ClusterStatus cluster) {
        if (cluster.getLeader().isEmpty()) {
            throw CommandFailure.unavailable("cluster " + cluster.getName()
                    + " has no leader now; are most of its voting nodes running? (see: dbfs status)");
        }
        return MembersGrpc.newBlockingStub(channels.control(cluster.getLeader()))
                .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channels.close();
    }
}
