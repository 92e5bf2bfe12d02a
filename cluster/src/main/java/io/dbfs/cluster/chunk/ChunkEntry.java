package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import java.time.Instant;

/**
 * A sealed chunk in a store.
 *
 * @param length in bytes
 * @param sealedAt by the node's clock
 */
public record ChunkEntry(ChunkId id, int length, Instant sealedAt) {}
