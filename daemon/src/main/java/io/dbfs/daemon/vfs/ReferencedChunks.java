package io.dbfs.daemon.vfs;

import io.dbfs.common.ChunkId;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.daemon.client.ContentsClient;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.GetExtentsReply;
import io.dbfs.proto.GetExtentsRequest;
import java.util.HashMap;
import java.util.Map;

/**
 * The chunks a file's extents name now, and where they are.
 *
 * @param attributes the file's when the first of its extents were told
 */
record ReferencedChunks(FileAttributes attributes, Map<ChunkId, ChunkPlacement> chunks) {
    /** Pages of extents; a file of more is not looked at to its end. */
    private static final int PAGES_MAX = 1_000;

    /** Asks the cluster, page by page. */
    static ReferencedChunks of(InodeId inode, ContentsClient contents) {
        Map<ChunkId, ChunkPlacement> chunks = new HashMap<>();
        GetExtentsReply reply = ask(inode, contents, 0);
        FileAttributes attributes = reply.getAttributes();
        long from = 0;
        for (int page = 1; ; page++) {
            Placements.of(reply.getChunksList(), reply.getNodesList())
                    .forEach(chunk -> chunks.put(chunk.chunk(), chunk));
            boolean more = reply.getCompleteTo() < reply.getAttributes().getSize() && reply.getCompleteTo() > from;
            if (!more || page == PAGES_MAX) {
                return new ReferencedChunks(attributes, chunks);
            }
            from = reply.getCompleteTo();
            reply = ask(inode, contents, from);
        }
    }

    private static GetExtentsReply ask(InodeId inode, ContentsClient contents, long from) {
        return contents.getExtents(GetExtentsRequest.newBuilder()
                .setInode(inode.value())
                .setOffset(from)
                .setLength(Long.MAX_VALUE - from)
                .build());
    }
}
