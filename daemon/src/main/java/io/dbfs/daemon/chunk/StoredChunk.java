package io.dbfs.daemon.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.NodeId;
import java.util.List;

/**
 * A chunk that its whole chain stored.
 *
 * @param length in bytes
 * @param replicas in chain order
 */
public record StoredChunk(ChunkId chunk, int length, List<NodeId> replicas) {
    public StoredChunk {
        replicas = List.copyOf(replicas);
    }
}
