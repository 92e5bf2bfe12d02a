package io.dbfs.cluster.chunk;

import java.nio.ByteBuffer;

/** A chunk being written, by one thread at a time. Its failures are FsExceptions, after which it can only be closed. */
public interface WritableChunk extends AutoCloseable {
    /**
     * Adds bytes. All but the last bytes of a chunk end on a multiple of 64 KiB.
     *
     * @param bytes their position is left where it was
     * @param checksums CRC32C of each 64 KiB, as the caller verified them; stored, and checked when read
     */
    void append(ByteBuffer bytes, int[] checksums);

    /** Bytes added so far. */
    int length();

    /** Makes the chunk visible under its id. It is durable only after {@link ChunkStore#sync}. */
    void seal();

    /** Removes the chunk unless it was sealed. */
    @Override
    void close();
}
