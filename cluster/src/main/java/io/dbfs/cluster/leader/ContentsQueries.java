package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.cluster.contents.Limits;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.Extent;
import io.dbfs.proto.GetExtentsReply;
import io.dbfs.proto.GetExtentsRequest;
import io.dbfs.proto.NodeAddress;
import io.dbfs.proto.OpenReply;
import io.dbfs.proto.OpenRequest;
import io.dbfs.proto.StatReply;
import io.dbfs.proto.StatRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The answers to clients' questions, from a view of the state. */
final class ContentsQueries {
    private final NodeWatch nodes;

    ContentsQueries(NodeWatch nodes) {
        this.nodes = nodes;
    }

    OpenReply open(ContentsView view, OpenRequest request) {
        Extents found = extents(view, request.getInode(), 0, Long.MAX_VALUE, request.getExtentLimit());
        return OpenReply.newBuilder()
                .setAttributes(view.attributes(request.getInode()))
                .addAllExtents(found.extents)
                .addAllChunks(found.chunks.values())
                .addAllNodes(found.nodes(nodes))
                .setComplete(found.complete)
                .build();
    }

    GetExtentsReply extents(ContentsView view, GetExtentsRequest request) {
        long end = request.getOffset() + request.getLength();
        if (request.getOffset() < 0 || end < request.getOffset()) {
            throw new FsException(Errno.EINVAL, "range: " + request.getOffset() + " + " + request.getLength());
        }
        Extents found = extents(view, request.getInode(), request.getOffset(), end, request.getExtentLimit());
        return GetExtentsReply.newBuilder()
                .setAttributes(view.attributes(request.getInode()))
                .addAllExtents(found.extents)
                .addAllChunks(found.chunks.values())
                .addAllNodes(found.nodes(nodes))
                .setCompleteTo(found.complete ? end : found.end())
                .setMinReplicas(view.cluster().getMinReplicas())
                .build();
    }

    static StatReply stat(ContentsView view, StatRequest request) {
        if (request.getInodesCount() > Limits.REPLY_ENTRIES_MAX) {
            throw new FsException(
                    Errno.EINVAL,
                    "inodes: " + request.getInodesCount() + " (expected: at most " + Limits.REPLY_ENTRIES_MAX + ")");
        }
        StatReply.Builder reply = StatReply.newBuilder();
        request.getInodesList().forEach(inode -> reply.addFiles(view.attributes(inode)));
        return reply.build();
    }

    private Extents extents(ContentsView view, long inode, long from, long to, int limit) {
        int most = limit <= 0 ? Limits.REPLY_ENTRIES_MAX : Math.min(limit, Limits.REPLY_ENTRIES_MAX);
        Extents found = new Extents(most);
        view.extents(inode, from, extent -> extent.getOffset() < to && found.add(extent));
        for (Extent extent : found.extents) {
            if (extent.hasChunk()) {
                found.chunks.computeIfAbsent(extent.getChunk().getChunkId(), id -> chunk(view, id));
            }
        }
        return found;
    }

    private ChunkInfo chunk(ContentsView view, long id) {
        return view.chunk(id)
                .map(record -> nodes.chunk(id, record.getLength(), WholeReplicas.wholeFirst(record))
                        .build())
                .orElseThrow(() -> new IllegalStateException("an extent names unknown chunk " + Long.toHexString(id)));
    }

    private static final class Extents {
        private final int limit;
        private final List<Extent> extents = new ArrayList<>();
        private final Map<Long, ChunkInfo> chunks = new LinkedHashMap<>();
        private int inlineBytes;
        private boolean complete = true;

        Extents(int limit) {
            this.limit = limit;
        }

        /** Takes an extent, unless the reply is full: the first always fits. */
        boolean add(Extent extent) {
            int bytes = extent.getInline().size();
            if (extents.size() == limit
                    || (!extents.isEmpty() && inlineBytes + bytes > Limits.REPLY_INLINE_BYTES_MAX)) {
                complete = false;
                return false;
            }
            inlineBytes += bytes;
            extents.add(extent);
            return true;
        }

        long end() {
            Extent last = extents.get(extents.size() - 1);
            return last.getOffset() + Integer.toUnsignedLong(last.getLength());
        }

        List<NodeAddress> nodes(NodeWatch watch) {
            Set<Integer> ids = new TreeSet<>();
            chunks.values().forEach(chunk -> ids.addAll(chunk.getReplicasList()));
            return watch.addresses(ids);
        }
    }
}
