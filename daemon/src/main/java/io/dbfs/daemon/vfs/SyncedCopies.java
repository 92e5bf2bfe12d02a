package io.dbfs.daemon.vfs;

import io.dbfs.common.ChunkId;
import io.dbfs.common.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Counts on which nodes chunks are known to be durable. A chunk is durable when enough distinct nodes have confirmed it. */
final class SyncedCopies {
    private final Map<ChunkId, Set<NodeId>> confirmed = new HashMap<>();
    private final Set<ChunkId> expected = new LinkedHashSet<>();
    private int required = 1;

    /** Copies that make a chunk durable; at least one. */
    void require(int copies) {
        required = Math.max(1, copies);
    }

    int required() {
        return required;
    }

    /** The chunk is to become durable. */
    void expect(ChunkId chunk) {
        expected.add(chunk);
    }

    void confirmed(ChunkId chunk, NodeId node) {
        confirmed.computeIfAbsent(chunk, id -> new HashSet<>()).add(node);
    }

    /** The chunk is needed no more. */
    void remove(ChunkId chunk) {
        expected.remove(chunk);
        confirmed.remove(chunk);
    }

    Set<NodeId> nodesOf(ChunkId chunk) {
        return Set.copyOf(confirmed.getOrDefault(chunk, Set.of()));
    }

    /** Chunks with too few confirmed copies, in the order they were expected. */
    Set<ChunkId> lacking() {
        Set<ChunkId> lacking = new LinkedHashSet<>(expected);
        lacking.removeIf(chunk -> confirmed.getOrDefault(chunk, Set.of()).size() >= required);
        return lacking;
    }
}
