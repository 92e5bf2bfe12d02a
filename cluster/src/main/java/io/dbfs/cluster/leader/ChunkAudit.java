package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.proto.CheckChunksRequest;
import io.dbfs.proto.ChunkRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Compares a run of a node's chunks with the records.
 *
 * @param unrecorded chunks on the node that its records lack: copies to count again, surplus, or garbage
 * @param missing chunks that the records place on the node, which it did not name
 */
record ChunkAudit(List<Long> unrecorded, List<Long> missing) {
    static ChunkAudit of(ContentsView view, CheckChunksRequest request) {
        int node = request.getNodeId();
        long voidBelow = view.cluster().getVoidBelow();
        List<Long> unrecorded = new ArrayList<>();
        for (long chunk : request.getChunkIdsList()) {
            Optional<ChunkRecord> record = view.chunk(chunk);
            // An unknown chunk that is neither void nor abandoned may be about to be committed.
            boolean wanted = record.map(known -> known.getReplicasList().contains(node))
                    .orElseGet(() -> Long.compareUnsigned(chunk, voidBelow) >= 0 && !view.isAbandoned(chunk));
            if (!wanted && !view.drops(node, chunk)) {
                unrecorded.add(chunk);
            }
        }
        return new ChunkAudit(unrecorded, missing(view, request));
    }

    private static List<Long> missing(ContentsView view, CheckChunksRequest request) {
        Set<Long> named = new HashSet<>(request.getChunkIdsList());
        List<Long> missing = new ArrayList<>();
        view.chunksOn(request.getNodeId(), request.getAfter(), chunk -> {
            if (Long.compareUnsigned(chunk, request.getUpTo()) > 0) {
                return false;
            }
            if (!named.contains(chunk)) {
                missing.add(chunk);
            }
            return true;
        });
        return missing;
    }
}
