package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.cluster.contents.Limits;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkRecord;
import io.dbfs.proto.ListLostReply;
import io.dbfs.proto.ListLostRequest;
import io.dbfs.proto.LostChunk;
import io.dbfs.proto.NodeRecord;
import io.dbfs.proto.NodeState;
import java.util.Set;
import java.util.stream.Collectors;

/** The chunks without a whole copy on a live node, with their files: a page at a time, from an index of these chunks alone. */
final class LostChunks {
    /** Files named for one chunk; more than this share it after that many clones. */
    private static final int INODES_MAX = 100;

    private LostChunks() {}

    static ListLostReply list(ContentsView view, ListLostRequest request) {
        int asked = request.getLimit();
        int limit = asked <= 0 ? Limits.REPLY_ENTRIES_MAX : Math.min(asked, Limits.REPLY_ENTRIES_MAX);
        Set<Integer> leaving = leaving(view);
        ListLostReply.Builder reply = ListLostReply.newBuilder().setEnd(true);
        view.belowCopies(0, request.getAfter(), chunk -> {
            if (reply.getChunksCount() == limit) {
                reply.setEnd(false);
                return false;
            }
            view.chunk(chunk)
                    .filter(record -> leaving.stream().noneMatch(node -> WholeReplicas.isWholeOn(record, node)))
                    .ifPresent(record -> reply.addChunks(lost(view, chunk, record)));
            return true;
        });
        return reply.build();
    }

    /** Copies on these nodes do not count any more, and can be read until they are elsewhere. */
    private static Set<Integer> leaving(ContentsView view) {
        return view.nodes().stream()
                .filter(node -> node.getState() == NodeState.LEAVING)
                .map(NodeRecord::getNodeId)
                .collect(Collectors.toSet());
    }

    private static LostChunk lost(ContentsView view, long chunk, ChunkRecord record) {
        LostChunk.Builder lost = LostChunk.newBuilder()
                .setChunk(ChunkInfo.newBuilder()
                        .setId(chunk)
                        .setLength(record.getLength())
                        .addAllReplicas(record.getReplicasList()))
                .addAllDamaged(record.getDamagedList())
                .addInodes(record.getInode());
        view.sharers(chunk, inode -> {
            if (lost.getInodesCount() == INODES_MAX) {
                lost.setMoreInodes(true);
                return false;
            }
            lost.addInodes(inode);
            return true;
        });
        return lost.build();
    }
}
