package io.dbfs.daemon.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.proto.Placement;
import java.util.List;

/**
 * A chunk and the nodes that hold it or shall hold it.
 *
 * @param replicas distinct nodes, in chain order, at least one
 */
public record ChunkPlacement(ChunkId chunk, List<Replica> replicas) {
    public ChunkPlacement {
        replicas = List.copyOf(replicas);
        if (replicas.isEmpty()) {
            throw new IllegalArgumentException("replicas of chunk " + chunk + ": none (expected: at least one)");
        }
    }

    /** From its form on the wire. */
    public static ChunkPlacement of(Placement placement) {
        return new ChunkPlacement(
                new ChunkId(placement.getChunkId()),
                placement.getChainList().stream().map(Replica::of).toList());
    }
}
