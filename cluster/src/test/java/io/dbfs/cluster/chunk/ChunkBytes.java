package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.bulk.BlockChecksums;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Chunk contents for tests. */
final class ChunkBytes {
    private ChunkBytes() {}

    static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    static void write(ChunkStore store, ChunkId id, byte[] bytes) {
        try (WritableChunk chunk = store.create(id)) {
            append(chunk, bytes);
            chunk.seal();
        }
    }

    static void append(WritableChunk chunk, byte[] bytes) {
        chunk.append(ByteBuffer.wrap(bytes), BlockChecksums.of(ByteBuffer.wrap(bytes)));
    }

    static byte[] read(ChunkStore store, ChunkId id, int offset, int length) {
        ByteBuffer target = ByteBuffer.allocate(length);
        byte[] result = new byte[store.read(id, offset, target)];
        target.flip().get(result);
        return result;
    }
}
