package io.dbfs.cluster.node;

import com.google.protobuf.ByteString;
import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.AbandonChunksReply;
import io.dbfs.proto.AbandonChunksRequest;
import io.dbfs.proto.AllocateReply;
import io.dbfs.proto.AllocateRequest;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.CompactTask;
import io.dbfs.proto.Extent;
import io.dbfs.proto.GetExtentsReply;
import io.dbfs.proto.GetExtentsRequest;
import io.dbfs.proto.Placement;
import io.dbfs.proto.RewriteExtents;
import io.dbfs.proto.RewriteReply;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites a file's inline pieces, and what is left of mostly dead chunks, into new chunks. The leader takes a rewrite
 * only for ranges that were not written since they were read, so writers are never in its way. Blocks; one at a time.
 */
final class Compactor {
    private static final Logger log = LoggerFactory.getLogger(Compactor.class);

    private final LeaderCalls leader;
    private final ChunkIo chunks;

    Compactor(LeaderCalls leader, ChunkIo chunks) {
        this.leader = leader;
        this.chunks = chunks;
    }

    /**
     * Rewrites one file.
     *
     * @throws io.dbfs.common.FsException when leader or nodes fail; what was rewritten so far stays
     */
    void compact(CompactTask task) {
        Set<Long> sparse = new HashSet<>(task.getSparseChunksList());
        @Nullable Packing packing = null;
        long position = 0;
        boolean more = true;
        while (more) {
            GetExtentsReply page = extents(task.getInode(), position);
            Map<Long, ChunkInfo> known =
                    page.getChunksList().stream().collect(Collectors.toMap(ChunkInfo::getId, Function.identity()));
            for (Extent extent : page.getExtentsList()) {
                if (extent.hasInline() || sparse.contains(extent.getChunk().getChunkId())) {
                    packing = pack(task.getInode(), packing, page, extent, bytes(extent, known, page));
                }
            }
            more = page.getExtentsCount() > 0
                    && page.getCompleteTo() < page.getAttributes().getSize();
            position = page.getCompleteTo();
        }
        if (packing != null) {
            flush(task.getInode(), packing);
        }
    }

    private GetExtentsReply extents(long inode, long position) {
        GetExtentsRequest request = GetExtentsRequest.newBuilder()
                .setInode(inode)
                .setOffset(position)
                .setLength(Long.MAX_VALUE - position)
                .build();
        return leader.contents(stub -> stub.getExtents(request), GetExtentsReply::getRefusal);
    }

    private ByteString bytes(Extent extent, Map<Long, ChunkInfo> known, GetExtentsReply page) {
        if (extent.hasInline()) {
            return extent.getInline();
        }
        ChunkSlice slice = extent.getChunk();
        return chunks.read(
                Objects.requireNonNull(known.get(slice.getChunkId()), "chunk of an extent"),
                slice.getChunkOffset(),
                extent.getLength(),
                page.getNodesList());
    }

    /** Adds a piece to what is packed, which is written first where the piece does not fit any more. */
    private Packing pack(long inode, @Nullable Packing packing, GetExtentsReply page, Extent extent, ByteString bytes) {
        Packing current = packing;
        if (current != null && !current.fits(bytes)) {
            flush(inode, current);
            current = null;
        }
        if (current == null) {
            current = new Packing(allocate(bytes.size()), page.getAttributes().getVersion());
        }
        current.add(extent, bytes);
        return current;
    }

    /** Its file is gone, say: nothing will name the chunk. Had it been taken after all, the cluster keeps it. */
    private void abandon(Placement placement) {
        ChunkInfo.Builder chunk = ChunkInfo.newBuilder().setId(placement.getChunkId());
        placement.getChainList().forEach(node -> chunk.addReplicas(node.getNodeId()));
        AbandonChunksRequest request =
                AbandonChunksRequest.newBuilder().addChunks(chunk).build();
        try {
            leader.contents(stub -> stub.abandonChunks(request), AbandonChunksReply::getRefusal);
        } catch (FsException failure) {
            log.info("chunk {} is left to the audit: {}", new ChunkId(placement.getChunkId()), failure.getMessage());
        }
    }

    private AllocateReply allocate(int bytes) {
        AllocateReply reply = leader.contents(
                stub -> stub.allocate(
                        AllocateRequest.newBuilder().setCount(1).setBytes(bytes).build()),
                AllocateReply::getRefusal);
        if (reply.getPlacementsCount() == 0) {
            throw new FsException(Errno.ENOSPC, "no room yet to rewrite files");
        }
        return reply;
    }

    private void flush(long inode, Packing packing) {
        ChunkInfo stored;
        RewriteExtents rewrite;
        try {
            stored = chunks.write(packing.placement(), packing.bytes());
            rewrite = packing.rewrite(inode, stored);
            leader.members(stub -> stub.rewrite(rewrite), RewriteReply::getRefusal);
        } catch (FsException failure) {
            abandon(packing.placement());
            throw failure;
        }
        log.info(
                "rewrote {} pieces of inode {}, {} bytes, into chunk {}",
                rewrite.getExtentsCount(),
                inode,
                stored.getLength(),
                new ChunkId(stored.getId()));
    }
}
