package io.dbfs.daemon.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Chunks in this process's memory, as if every node had all of them: for tests of what lies above. */
public final class MemoryChunkTransport implements ChunkTransport {
    private final ConcurrentMap<ChunkId, byte[]> chunks = new ConcurrentHashMap<>();
    private final Set<NodeId> broken = ConcurrentHashMap.newKeySet();

    /** From now on uploads whose chain holds this node fail, and reads and syncs do without it. */
    public void breakNode(NodeId node) {
        broken.add(node);
    }

    /** Number of sealed chunks. */
    public int chunkCount() {
        return chunks.size();
    }

    @Override
    public ChunkUpload open(ChunkPlacement placement, int bytesMax) {
        return new MemoryChunkUpload(placement, broken, chunks);
    }

    @Override
    public CompletableFuture<Void> read(ChunkPlacement chunk, int offset, ByteBuffer target) {
        byte[] bytes = chunks.get(chunk.chunk());
        boolean reachable = chunk.replicas().stream().anyMatch(replica -> !broken.contains(replica.node()));
        if (bytes == null || !reachable || offset + target.remaining() > bytes.length) {
            return CompletableFuture.failedFuture(new FsException(Errno.EIO, "chunk " + chunk.chunk() + " unreadable"));
        }
        target.duplicate().put(bytes, offset, target.remaining());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Set<NodeId>> sync(Collection<ChunkPlacement> synced) {
        Set<NodeId> failed = ConcurrentHashMap.newKeySet();
        for (ChunkPlacement placement : synced) {
            placement.replicas().stream()
                    .map(Replica::node)
                    .filter(node -> broken.contains(node) || !chunks.containsKey(placement.chunk()))
                    .forEach(failed::add);
        }
        return CompletableFuture.completedFuture(failed);
    }

    @Override
    public void close() {
        chunks.clear();
    }
}
