package io.dbfs.cluster.leader;

import io.dbfs.proto.ChunkRecord;
import java.util.ArrayList;
import java.util.List;

/** Which of a chunk's copies are whole, as far as the records tell. */
final class WholeReplicas {
    private WholeReplicas() {}

    /** All nodes with a copy, those whose copy is damaged at the end: of these single blocks can be read. */
    static List<Integer> wholeFirst(ChunkRecord record) {
        if (record.getDamagedCount() == 0) {
            return record.getReplicasList();
        }
        List<Integer> nodes = new ArrayList<>(record.getReplicasList());
        nodes.removeAll(record.getDamagedList());
        nodes.addAll(record.getDamagedList());
        return nodes;
    }

    /** Whether a node is recorded to hold a whole copy. */
    static boolean isWholeOn(ChunkRecord record, int node) {
        return record.getReplicasList().contains(node)
                && !record.getDamagedList().contains(node);
    }
}
