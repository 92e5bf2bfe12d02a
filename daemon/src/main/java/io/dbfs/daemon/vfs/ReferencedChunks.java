package io.dbfs.daemon.vfs;

import io.dbfs.common.ChunkId;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.daemon.client.ContentsClient;
import io.dbfs.proto.GetExtentsReply;
import io.dbfs.proto.GetExtentsRequest;
import java.util.HashMap;
import java.util.Map;

/** The chunks a file's extents name now, and where they are. */
final class ReferencedChunks {
    /** Pages of extents; a file of more is not looked at to its end. */
    private static final int PAGES_MAX = 1_000;

    private ReferencedChunks() {}

    /** Asks the cluster, page by page. */
    static Map<ChunkId, ChunkPlacement> of(InodeId inode, ContentsClient contents) {
        Map<ChunkId, ChunkPlacement> chunks = new HashMap<>();
        long from = 0;
        for (int page = 0; page < PAGES_MAX; page++) {
            GetExtentsReply reply = contents.getExtents(GetExtentsRequest.newBuilder()
                    .setInode(inode.value())
                    .setOffset(from)
                    .setLength(Long.MAX_VALUE - from)
                    .build());
            Placements.of(reply.getChunksList(), reply.getNodesList())
                    .forEach(chunk -> chunks.put(chunk.chunk(), chunk));
            if (reply.getCompleteTo() >= reply.getAttributes().getSize() || reply.getCompleteTo() <= from) {
                break;
            }
            from = reply.getCompleteTo();
        }
        return chunks;
    }
}
