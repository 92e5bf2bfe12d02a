package io.dbfs.daemon.vfs;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.daemon.client.ContentsClient;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.Extent;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.GetExtentsReply;
import io.dbfs.proto.GetExtentsRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The chunks a file's extents name now, and where they are.
 *
 * @param attributes the file's when the first of its extents were told
 * @param minReplicas copies that a chunk of this cluster must have; 0 when the cluster did not tell
 * @param chunks those of which a node is known
 * @param lost those of which none is
 * @param extents those that name a wanted chunk
 */
record ReferencedChunks(
        FileAttributes attributes,
        int minReplicas,
        Map<ChunkId, ChunkPlacement> chunks,
        Set<ChunkId> lost,
        List<Extent> extents,
        Map<ChunkId, Integer> lengths) {
    /** Pages of extents: a file of more cannot be looked at to its end. */
    private static final int PAGES_MAX = 100_000;

    /**
     * Asks the cluster, page by page.
     *
     * @param wanted chunks whose extents are returned
     */
    static ReferencedChunks of(InodeId inode, ContentsClient contents, Set<ChunkId> wanted) {
        GetExtentsReply reply = ask(inode, contents, 0);
        ReferencedChunks found = new ReferencedChunks(
                reply.getAttributes(),
                reply.getMinReplicas(),
                new HashMap<>(),
                new HashSet<>(),
                new ArrayList<>(),
                new HashMap<>());
        long from = 0;
        for (int page = 1; ; page++) {
            found.add(reply, wanted);
            boolean more = reply.getCompleteTo() < reply.getAttributes().getSize() && reply.getCompleteTo() > from;
            if (!more) {
                found.lost.removeAll(found.chunks.keySet());
                return found;
            }
            if (page == PAGES_MAX) {
                throw new FsException(Errno.EIO, inode + " has too many extents to make them durable");
            }
            from = reply.getCompleteTo();
            reply = ask(inode, contents, from);
        }
    }

    private void add(GetExtentsReply reply, Set<ChunkId> wanted) {
        Placements.of(reply.getChunksList(), reply.getNodesList()).forEach(chunk -> chunks.put(chunk.chunk(), chunk));
        for (ChunkInfo chunk : reply.getChunksList()) {
            ChunkId id = new ChunkId(chunk.getId());
            lost.add(id);
            if (wanted.contains(id)) {
                lengths.put(id, chunk.getLength());
            }
        }
        for (Extent extent : reply.getExtentsList()) {
            if (extent.hasChunk()
                    && wanted.contains(new ChunkId(extent.getChunk().getChunkId()))) {
                extents.add(extent);
            }
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
