package io.dbfs.daemon.chunk;

import io.dbfs.common.NodeId;
import io.dbfs.proto.NodeAddress;

/**
 * A node that holds, or shall hold, a copy of a chunk.
 *
 * @param address host:port of its API
 */
public record Replica(NodeId node, String address) {
    /** From its form on the wire. */
    public static Replica of(NodeAddress address) {
        return new Replica(new NodeId(address.getNodeId()), address.getAddress());
    }

    NodeAddress toProto() {
        return NodeAddress.newBuilder()
                .setNodeId(node.value())
                .setAddress(address)
                .build();
    }
}
