package io.dbfs.daemon.chunk;

import io.dbfs.common.ChunkId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * Moves chunk bytes to and from storage nodes. Thread-safe. Every wait is bounded. Futures may complete on a network
 * thread, so what hangs on them must not block.
 */
public interface ChunkTransport extends AutoCloseable {
    /**
     * Begins to write a chunk along the chain of its placement. Returns at once: a dead node shows in the first append or
     * later.
     *
     * @param bytesMax how long it will be at most, so that nodes know whether they have room; 0: not known
     * @param stallTimeout a chain that makes no progress for this long is broken; the transport's own limit where that is
     *     shorter
     */
    ChunkUpload open(ChunkPlacement placement, int bytesMax, Duration stallTimeout);

    /** Begins to write a chunk whose length is not known, with the transport's own limit. */
    default ChunkUpload open(ChunkPlacement placement) {
        return open(placement, 0, Duration.ofDays(1));
    }

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
     * Makes sealed chunks durable on one of the nodes that hold them.
     *
     * @return completes when the node has confirmed all of them, or exceptionally with an FsException: what the node
     *     refused it with where one of them is missing or damaged there, otherwise ETIMEDOUT or ENOTCONN
     */
    CompletableFuture<Void> sync(Replica replica, Collection<ChunkId> chunks);

    /** Ends what is under way. */
    @Override
    void close();
}
