package io.dbfs.cluster.chunk;

import io.dbfs.common.wire.WirePayload;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/**
 * Whole blocks of a chunk's file, which stays open until this is closed. They go from the page cache to the socket by
 * sendfile(2), without a copy; whoever receives them verifies them.
 */
public final class ChunkRange implements WirePayload, AutoCloseable {
    private final OpenChunk chunk;
    private final int offset;
    private final int bytes;
    private final Runnable release;

    ChunkRange(OpenChunk chunk, int offset, int bytes, Runnable release) {
        this.chunk = chunk;
        this.offset = offset;
        this.bytes = bytes;
        this.release = release;
    }

    /** What was stored as CRC32C of each block. */
    int[] checksums() {
        return chunk.checksums(offset, bytes);
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public void writeTo(WritableByteChannel channel) throws IOException {
        chunk.transfer(offset, bytes, channel);
    }

    @Override
    public void close() {
        release.run();
    }
}
