package io.dbfs.cluster.node;

import io.dbfs.proto.CopyTask;

/** Copies chunks from other nodes into this one's store. Thread-safe. */
@FunctionalInterface
interface ChunkCopier {
    /**
     * Copies a chunk, from the first source that gives it whole, and makes it durable; returns at once where it is here.
     * Blocks.
     *
     * @throws io.dbfs.common.FsException when no source gives it, or the store takes it not
     */
    void copy(CopyTask task);
}
