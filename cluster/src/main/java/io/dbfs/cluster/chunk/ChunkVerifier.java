package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import java.nio.ByteBuffer;

/** Reads stored chunks whole, so that every checksum is compared. */
public final class ChunkVerifier {
    private static final int BUFFER_BYTES = 1 << 20;

    private ChunkVerifier() {}

    /**
     * Returns the chunk's length when it is whole. Blocks on the disk.
     *
     * @throws io.dbfs.common.FsException ENOENT when it is not here, EIO when it is damaged
     */
    public static int verify(ChunkStore store, ChunkId chunk) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        int length = 0;
        for (int read = 1; read > 0; length += read) {
            read = store.read(chunk, length, buffer.clear());
        }
        return length;
    }
}
