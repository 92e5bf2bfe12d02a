package io.dbfs.daemon.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Chunks in this process's memory, as if every node had all of them: for tests of what lies above. */
public final class MemoryChunkTransport implements ChunkTransport {
    private final ConcurrentMap<ChunkId, byte[]> chunks = new ConcurrentHashMap<>();
    private final Set<NodeId> broken = ConcurrentHashMap.newKeySet();
    private final ConcurrentMap<NodeId, CompletableFuture<Void>> silent = new ConcurrentHashMap<>();

    /** From now on uploads whose chain holds this node fail, and reads and syncs do without it. */
    public void breakNode(NodeId node) {
        broken.add(node);
    }

    /** The node is there again. */
    public void mendNode(NodeId node) {
        broken.remove(node);
    }

    /** From now on the node answers no sync, until {@link #wake}. */
    public void silence(NodeId node) {
        silent.put(node, new CompletableFuture<>());
    }

    /** The node answers what it was asked while it was silent. */
    public void wake(NodeId node) {
        CompletableFuture<Void> waiting = silent.remove(node);
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    /** Number of sealed chunks. */
    public int chunkCount() {
        return chunks.size();
    }

    @Override
    public ChunkUpload open(ChunkPlacement placement, int bytesMax, Duration stallTimeout) {
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
    public CompletableFuture<Void> sync(Replica replica, Collection<ChunkId> synced) {
        CompletableFuture<Void> answered = silent.getOrDefault(replica.node(), CompletableFuture.completedFuture(null));
        return answered.thenRun(() -> {
            if (broken.contains(replica.node())) {
                throw new FsException(Errno.ENOTCONN, "node was broken by the test");
            }
            if (!chunks.keySet().containsAll(synced)) {
                throw new FsException(Errno.ENOENT, "a chunk is not here");
            }
        });
    }

    @Override
    public void close() {
        chunks.clear();
    }
}
