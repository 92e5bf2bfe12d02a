package io.dbfs.daemon.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.NodeId;

/** Is told of replicas that a reader found unusable, so that they are repaired. Called on network threads: must not block. */
public interface BadReplicaListener {
    /** {@code missing}: the node has no such chunk; otherwise what it has is damaged. */
    void badReplica(ChunkId chunk, NodeId node, boolean missing);
}
