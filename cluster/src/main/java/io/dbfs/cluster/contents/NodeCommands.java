package io.dbfs.cluster.contents;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.InternalOutcome;
import io.dbfs.proto.JoinNode;
import io.dbfs.proto.JoinRequest;
import io.dbfs.proto.NodeRecord;
import io.dbfs.proto.NodeState;
import io.dbfs.proto.RemoveNode;
import io.dbfs.proto.SetNodeState;
import org.jspecify.annotations.Nullable;

/** Commands on the node table. */
final class NodeCommands {
    private NodeCommands() {}

    /** Gives a new name an id, and a known one its present addresses. */
    static InternalOutcome join(ContentsState state, JoinNode command) {
        JoinRequest request = command.getRequest();
        requireSameCluster(state, request);
        NodeRecord known = state.nodeNamed(request.getName());
        requireSameNode(known, request);
        int id = known == null ? nextId(state) : known.getNodeId();
        NodeState before = known == null ? NodeState.ACTIVE : known.getState();
        state.putNode(NodeRecord.newBuilder()
                .setNodeId(id)
                .setName(request.getName())
                .setAddress(request.getAddress())
                .setRaftAddress(request.getRaftAddress())
                .setHost(request.getHost())
                .setState(before)
                .build());
        return InternalOutcome.newBuilder().setNodeId(id).build();
    }

    static void setState(ContentsState state, SetNodeState command) {
        NodeRecord node = require(state, command.getNodeId());
        state.putNode(node.toBuilder()
                .setState(command.getState())
                .setStopped(command.getStopped())
                .build());
    }

    static void remove(ContentsState state, RemoveNode command) {
        require(state, command.getNodeId());
        byte[] prefix = Keys.onNode(command.getNodeId());
        state.changes().scan(prefix, prefix, (key, value) -> {
            throw new FsException(Errno.EBUSY, "node " + command.getNodeId() + " still holds chunks");
        });
        state.removeNode(command.getNodeId());
    }

    static NodeRecord require(ContentsState state, int node) {
        return state.node(node).orElseThrow(() -> new FsException(Errno.ESTALE, "node " + node + " is not known"));
    }

    private static int nextId(ContentsState state) {
        int id = state.cluster().getNextNodeId();
        state.cluster().setNextNodeId(id + 1);
        return id;
    }

    private static void requireSameCluster(ContentsState state, JoinRequest request) {
        String own = state.cluster().getClusterUuid();
        if (!request.getClusterUuid().isEmpty() && !request.getClusterUuid().equals(own)) {
            throw new FsException(
                    Errno.ESTALE,
                    "node " + request.getName() + " belongs to cluster " + request.getClusterUuid() + " (expected: "
                            + own + ")");
        }
    }

    private static void requireSameNode(@Nullable NodeRecord known, JoinRequest request) {
        int knownId = known == null ? 0 : known.getNodeId();
        if (request.getNodeId() != 0 && request.getNodeId() != knownId) {
            throw new FsException(
                    Errno.ESTALE,
                    "node " + request.getName() + " says it is n" + request.getNodeId() + " (expected: n" + knownId
                            + ")");
        }
        if (known != null && request.getNodeId() == 0 && !known.getRaftAddress().equals(request.getRaftAddress())) {
            throw new FsException(
                    Errno.EEXIST, "node name " + request.getName() + " is taken by " + known.getRaftAddress());
        }
    }
}
