package io.dbfs.daemon.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.NodeId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;

final class MemoryChunkUpload implements ChunkUpload {
    private final ChunkPlacement placement;
    private final Set<NodeId> broken;
    private final ConcurrentMap<ChunkId, byte[]> chunks;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    MemoryChunkUpload(ChunkPlacement placement, Set<NodeId> broken, ConcurrentMap<ChunkId, byte[]> chunks) {
        this.placement = placement;
        this.broken = broken;
        this.chunks = chunks;
    }

    @Override
    public void append(ByteBuffer slice) {
        Optional<ChunkUploadException> failure = failure();
        if (failure.isPresent()) {
            throw failure.get();
        }
        byte[] copy = new byte[slice.remaining()];
        slice.duplicate().get(copy);
        bytes.writeBytes(copy);
    }

    @Override
    public int length() {
        return bytes.size();
    }

    @Override
    public CompletableFuture<StoredChunk> seal(boolean sync) {
        Optional<ChunkUploadException> failure = failure();
        if (failure.isPresent()) {
            return CompletableFuture.failedFuture(failure.get());
        }
        chunks.put(placement.chunk(), bytes.toByteArray());
        return CompletableFuture.completedFuture(
                new StoredChunk(placement.chunk(), bytes.size(), nodes(placement.replicas())));
    }

    @Override
    public void cancel() {
        bytes.reset();
    }

    private Optional<ChunkUploadException> failure() {
        return placement.replicas().stream()
                .map(Replica::node)
                .filter(broken::contains)
                .findFirst()
                .map(node -> new ChunkUploadException(
                        placement.chunk(), Errno.EIO, node, List.of(), "node was broken by the test"));
    }

    private static List<NodeId> nodes(List<Replica> replicas) {
        return replicas.stream().map(Replica::node).toList();
    }
}
