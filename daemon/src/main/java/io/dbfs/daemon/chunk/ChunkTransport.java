package io.dbfs.daemon.chunk;

import io.dbfs.common.NodeId;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Moves chunk bytes to and from storage nodes. Thread-safe. Every wait is bounded. Futures may complete on a network
 * thread, so what hangs on them must not block.
 */
public interface ChunkTransport extends AutoCloseable {
    /** Begins to write a chunk along the chain of its placement. Returns at once: a dead node shows in the first append or later. */
    ChunkUpload open(ChunkPlacement placement);

    /**
     * Reads {@code target.remaining()} bytes from {@code offset} of a chunk, from whichever replica is nearest, and from
     * the others when it fails, is damaged or slow. The target's position is left where it was. Its bytes are undefined until
     * the future completes, and are not touched afterwards.
     *
     * @return completes when all bytes are there, each verified by its checksum, or exceptionally with an FsException:
     *     EIO when no replica could give them, ETIMEDOUT when none did in time
     */
    CompletableFuture<Void> read(ChunkPlacement chunk, int offset, ByteBuffer target);

    /** Whether a node that this placement names has refused to have the chunk: the cluster knows better by now, or soon. */
    default boolean isOutdated(ChunkPlacement placement) {
        return false;
    }

    /**
     * Makes sealed chunks durable on each of their replicas, in parallel.
     *
     * @return completes with the nodes that did not confirm all of theirs; empty when everything is durable everywhere
     */
    CompletableFuture<Set<NodeId>> sync(Collection<ChunkPlacement> chunks);

    /** Ends what is under way. */
    @Override
    void close();
}
