package io.dbfs.cluster.chunk;

import java.nio.ByteBuffer;
import java.util.List;

/** A chunk being written, by one thread at a time. Its failures are FsExceptions, after which it can only be closed. */
public interface WritableChunk extends AutoCloseable {
    /**
     * Adds bytes. All but the last piece of a chunk end on a multiple of 64 KiB.
     *
     * @param pieces laid end to end; their positions are left where they were
     * @param checksums CRC32C of each 64 KiB, as the caller verified them; stored, and checked when read
     */
    void append(List<ByteBuffer> pieces, int[] checksums);

    /** Bytes added so far. */
    int length();

    /** Makes the chunk visible under its id. It is durable only after {@link ChunkStore#sync}. */
    void seal();

    /** Removes the chunk unless it was sealed. */
    @Override
    void close();
}
