package io.dbfs.daemon.vfs;

import io.dbfs.daemon.chunk.ChunkTransport;
import java.time.Duration;

/**
 * What it takes to send chunks to one cluster.
 *
 * @param timeout a chunk that its chain has not stored this long after its last byte failed
 */
record ChunkSender(ChunkTransport transport, PlacementPool placements, AbandonedChunks abandoned, Duration timeout) {}
