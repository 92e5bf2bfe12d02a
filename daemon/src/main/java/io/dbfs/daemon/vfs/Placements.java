package io.dbfs.daemon.vfs;

import io.dbfs.common.ChunkId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.daemon.chunk.Replica;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.NodeAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Chunks with the nodes that hold them, as a cluster's replies tell. */
final class Placements {
    private Placements() {}

    /** Of each chunk of which a node is known; the others are lost. */
    static List<ChunkPlacement> of(List<ChunkInfo> chunks, List<NodeAddress> nodes) {
        Map<Integer, Replica> replicas = new HashMap<>();
        nodes.forEach(node -> replicas.put(node.getNodeId(), Replica.of(node)));
        List<ChunkPlacement> placements = new ArrayList<>(chunks.size());
        for (ChunkInfo chunk : chunks) {
            List<Replica> holders = chunk.getReplicasList().stream()
                    .map(replicas::get)
                    .filter(Objects::nonNull)
                    .toList();
            if (!holders.isEmpty()) {
                placements.add(new ChunkPlacement(new ChunkId(chunk.getId()), holders));
            }
        }
        return placements;
    }
}
