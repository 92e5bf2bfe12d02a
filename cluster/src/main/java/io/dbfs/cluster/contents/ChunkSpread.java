package io.dbfs.cluster.contents;

import io.dbfs.proto.ChunkRecordOrBuilder;
import io.dbfs.proto.ContentsRecordOrBuilder;
import io.dbfs.proto.NodeRecord;
import io.dbfs.proto.NodeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * How a chunk's copies lie on nodes and hosts.
 *
 * @param copies those that count, in the order in which they were added
 */
record ChunkSpread(List<SurplusPolicy.Copy> copies) {
    ChunkSpread {
        copies = List.copyOf(copies);
    }

    static ChunkSpread of(
            ChunkRecordOrBuilder chunk, IntFunction<Optional<NodeRecord>> nodes, Set<Integer> shortOfSpace) {
        List<SurplusPolicy.Copy> copies = new ArrayList<>();
        for (int id : chunk.getReplicasList()) {
            nodes.apply(id)
                    .filter(node -> node.getState() == NodeState.ACTIVE
                            && !chunk.getDamagedList().contains(id))
                    .map(node -> new SurplusPolicy.Copy(id, FailureDomains.hostOf(node), shortOfSpace.contains(id)))
                    .ifPresent(copies::add);
        }
        return new ChunkSpread(copies);
    }

    /** It has its copies, but on fewer hosts than it could. */
    boolean misplaced(ContentsRecordOrBuilder cluster) {
        int hosts = FailureDomains.count(
                copies.stream().map(SurplusPolicy.Copy::host).toList());
        return copies.size() >= cluster.getReplicas()
                && hosts < Math.min(cluster.getReplicas(), cluster.getSpreadHosts());
    }

    /** The nodes that hold copies beyond the wanted number. */
    List<Integer> surplus(ContentsRecordOrBuilder cluster) {
        return SurplusPolicy.surplus(copies, cluster.getReplicas());
    }
}
