package io.dbfs.daemon.vfs;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.common.NodeId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.daemon.chunk.ChunkUpload;
import io.dbfs.daemon.chunk.ChunkUploadException;
import io.dbfs.daemon.chunk.Replica;
import io.dbfs.daemon.chunk.StoredChunk;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.Extent;
import io.dbfs.proto.RewriteExtents;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores chunks of a file again, durably and on nodes that answer, and has the file's extents name the new ones where they
 * still name the old. The file's version stays, for its bytes are the same. Blocks.
 */
final class ChunkRewriter {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkRewriter.class);
    private static final int SLICE_BYTES = 1 << 20;

    private final InodeId inode;
    private final HomeCluster home;
    private final Set<NodeId> avoided = new HashSet<>();
    private int attempt;

    ChunkRewriter(InodeId inode, HomeCluster home) {
        this.inode = inode;
        this.home = home;
    }

    /**
     * Rewrites some chunks, each read from one of the nodes of its placement.
     *
     * @param referenced how the file names them
     * @param silent nodes that are not asked for the old ones and do not store the new ones, where there are others
     * @return the old ones that were stored again
     * @throws FsException when the cluster refuses, or does not answer
     */
    Set<ChunkId> rewrite(List<ChunkPlacement> chunks, ReferencedChunks referenced, Set<NodeId> silent)
            throws InterruptedException {
        if (chunks.isEmpty()) {
            return Set.of();
        }
        Set<NodeId> avoid = new HashSet<>(silent);
        avoid.addAll(avoided);
        Duration limit = home.sender().stalls().limit(attempt++);
        Map<ChunkId, CompletableFuture<StoredChunk>> uploads = new LinkedHashMap<>();
        read(chunks.stream().map(chunk -> without(chunk, silent)).toList(), referenced)
                .forEach((chunk, bytes) -> {
                    ChunkPlacement target = home.sender().placements().take(bytes.capacity(), avoid);
                    uploads.put(chunk, send(home.transport().open(target, bytes.capacity(), limit), bytes));
                });
        Map<ChunkId, StoredChunk> stored = new HashMap<>();
        for (Map.Entry<ChunkId, CompletableFuture<StoredChunk>> upload : uploads.entrySet()) {
            try {
                stored.put(
                        upload.getKey(),
                        upload.getValue().get(home.sender().timeout().toNanos(), TimeUnit.NANOSECONDS));
            } catch (ExecutionException | TimeoutException e) {
                failed(upload.getKey(), e.getCause() == null ? e : e.getCause());
            }
        }
        if (!stored.isEmpty()) {
            home.contents().rewrite(operation(stored, referenced));
            LOG.info("{} chunks of {} were stored again without nodes {}", stored.size(), inode, avoid);
            attempt = 0;
        }
        return stored.keySet();
    }

    private Map<ChunkId, ByteBuffer> read(List<ChunkPlacement> chunks, ReferencedChunks referenced)
            throws InterruptedException {
        Map<ChunkId, ByteBuffer> buffers = new LinkedHashMap<>();
        Map<ChunkId, CompletableFuture<Void>> reads = new LinkedHashMap<>();
        for (ChunkPlacement chunk : chunks) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(referenced.lengths().getOrDefault(chunk.chunk(), 0));
            buffers.put(chunk.chunk(), buffer);
            reads.put(chunk.chunk(), home.transport().read(chunk, 0, buffer));
        }
        for (Map.Entry<ChunkId, CompletableFuture<Void>> read : reads.entrySet()) {
            try {
                read.getValue().get(home.sender().timeout().toNanos(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | TimeoutException e) {
                LOG.warn("chunk {} is read to be stored again: {}", read.getKey(), e.getMessage());
                buffers.remove(read.getKey());
            }
        }
        return buffers;
    }

    private static CompletableFuture<StoredChunk> send(ChunkUpload upload, ByteBuffer bytes) {
        try {
            for (int from = 0; from < bytes.capacity(); from += SLICE_BYTES) {
                upload.append(bytes.slice(from, Math.min(SLICE_BYTES, bytes.capacity() - from)));
            }
            return upload.seal(true);
        } catch (ChunkUploadException e) {
            upload.cancel();
            return CompletableFuture.failedFuture(e);
        }
    }

    private void failed(ChunkId chunk, Throwable failure) {
        LOG.warn("chunk {} of {} is not stored again yet: {}", chunk, inode, failure.getMessage());
        if (failure instanceof ChunkUploadException broken) {
            broken.failedNode().ifPresent(node -> {
                avoided.add(node);
                home.sender().placements().discard(node, broken.errno() == Errno.ETIMEDOUT);
            });
        }
    }

    private RewriteExtents operation(Map<ChunkId, StoredChunk> stored, ReferencedChunks referenced) {
        RewriteExtents.Builder rewrite = RewriteExtents.newBuilder()
                .setInode(inode.value())
                .setVersion(referenced.attributes().getVersion());
        for (StoredChunk chunk : stored.values()) {
            ChunkInfo.Builder info =
                    ChunkInfo.newBuilder().setId(chunk.chunk().value()).setLength(chunk.length());
            chunk.replicas().forEach(node -> info.addReplicas(node.value()));
            rewrite.addNewChunks(info);
        }
        List<Extent> extents = new ArrayList<>();
        for (Extent extent : referenced.extents()) {
            StoredChunk target = stored.get(new ChunkId(extent.getChunk().getChunkId()));
            if (target != null) {
                extents.add(extent.toBuilder()
                        .setChunk(extent.getChunk().toBuilder()
                                .setChunkId(target.chunk().value()))
                        .build());
            }
        }
        return rewrite.addAllExtents(extents).build();
    }

    /** The placement with only those of its nodes that are not avoided; all where none is left. */
    private static ChunkPlacement without(ChunkPlacement chunk, Set<NodeId> avoid) {
        List<Replica> left = chunk.replicas().stream()
                .filter(replica -> !avoid.contains(replica.node()))
                .toList();
        return left.isEmpty() ? chunk : new ChunkPlacement(chunk.chunk(), left);
    }
}
