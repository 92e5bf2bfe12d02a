package io.dbfs.daemon.vfs;

import io.dbfs.daemon.chunk.ChunkTransport;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What it takes to send chunks to one cluster.
 *
 * @param stalls how long nodes may make no progress
 * @param timeout a chunk that its chain has not stored this long after its last byte failed
 */
record ChunkSender(
        ChunkTransport transport,
        PlacementPool placements,
        StallPolicy stalls,
        AbandonedChunks abandoned,
        Duration timeout,
        LongSupplier nanoTime) {}
