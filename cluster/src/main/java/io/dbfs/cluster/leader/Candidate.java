package io.dbfs.cluster.leader;

import io.dbfs.proto.NodeAddress;

/**
 * A node that may take a new chunk.
 *
 * @param host its failure domain, see {@link io.dbfs.cluster.contents.FailureDomains}
 * @param freeBytes what it still takes, without its reserve and what is on its way to it
 * @param busy how loaded it is, 0 to 1
 */
record Candidate(int nodeId, String address, String host, long freeBytes, double busy) {
    NodeAddress toAddress() {
        return NodeAddress.newBuilder().setNodeId(nodeId).setAddress(address).build();
    }
}
