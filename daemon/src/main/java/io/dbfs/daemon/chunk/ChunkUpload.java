package io.dbfs.daemon.chunk;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * A chunk being streamed to its chain while it fills. Used by one thread at a time; the future may complete on a network
 * thread, so what hangs on it must not block.
 */
public interface ChunkUpload {
    /**
     * Sends the next bytes of the chunk. Blocks while the chain does not keep up, for a bounded time.
     *
     * @param slice a multiple of 64 KiB except for the last of the chunk; its bytes stay untouched until {@link #seal}'s
     *     future has completed or {@link #cancel} has returned; its position is left where it was
     * @throws ChunkUploadException when the chain broke; nothing more can be sent then
     */
    void append(ByteBuffer slice);

    /** Bytes sent so far. */
    int length();

    /**
     * Ends the chunk. Returns at once.
     *
     * @param sync whether every replica is to be durable before the answer
     * @return completes when every node of the chain has stored the chunk, or exceptionally with a {@link
     *     ChunkUploadException} when it broke, within a bounded time
     */
    CompletableFuture<StoredChunk> seal(boolean sync);

    /** Gives the chunk up; the nodes drop what they have of it. Without effect after the end. */
    void cancel();
}
