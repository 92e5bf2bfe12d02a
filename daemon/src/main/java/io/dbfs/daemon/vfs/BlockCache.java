package io.dbfs.daemon.vfs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.dbfs.common.ChunkId;
import io.dbfs.common.ClusterId;
import io.dbfs.common.FsException;
import io.dbfs.daemon.chunk.ChunkTransport;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of chunks that were read in small pieces, outside the heap. Chunks never change, so a block is never stale.
 * Thread-safe.
 */
final class BlockCache {
    /** What a node checks and reads at once anyway. */
    static final int BLOCK_BYTES = 64 << 10;

    private final BufferPool pool;
    private final Cache<Key, Block> blocks;

    private record Key(ClusterId cluster, ChunkId chunk, int index) {}

    private record Block(SharedBuffer buffer, CompletableFuture<Void> loaded) {}

    BlockCache(long limitBytes) {
        // A quarter more, for blocks that were evicted while they are read.
        this.pool = new BufferPool(BLOCK_BYTES, limitBytes + limitBytes / 4);
        this.blocks = Caffeine.newBuilder()
                .maximumSize(limitBytes / BLOCK_BYTES)
                .executor(Runnable::run)
                .<Key, Block>removalListener((key, block, cause) -> {
                    if (block != null) {
                        block.buffer().release();
                    }
                })
                .build();
    }

    /** Puts {@code length} bytes of a chunk from {@code from} on into {@code target}. */
    void read(HomeCluster home, Source.Stored chunk, int length, ByteBuffer target) {
        int position = chunk.from();
        int end = position + length;
        while (position < end) {
            int index = position / BLOCK_BYTES;
            int start = index * BLOCK_BYTES;
            int count = Math.min(end, start + BLOCK_BYTES) - position;
            ByteBuffer part = target.slice(target.position() + position - chunk.from(), count);
            readBlock(home, new Key(home.id(), chunk.chunk().chunk(), index), chunk, position - start, part);
            position += count;
        }
    }

    private void readBlock(HomeCluster home, Key key, Source.Stored chunk, int from, ByteBuffer target) {
        Block block = blocks.get(key, missing -> load(home.transport(), chunk, missing.index()));
        if (block == null || !block.buffer().retain()) {
            // No buffer to spare, or evicted this moment: the cache is a help, not a need.
            Fetch.await(home.transport().read(chunk.chunk(), key.index() * BLOCK_BYTES + from, target));
            return;
        }
        try {
            Fetch.await(block.loaded());
            target.put(block.buffer().slice(from, target.remaining()));
        } catch (FsException e) {
            blocks.asMap().remove(key, block);
            throw e;
        } finally {
            block.buffer().release();
        }
    }

    private @Nullable Block load(ChunkTransport transport, Source.Stored chunk, int index) {
        SharedBuffer buffer = pool.poll();
        if (buffer == null || !buffer.retain()) {
            return null;
        }
        int start = index * BLOCK_BYTES;
        int length = Math.min(BLOCK_BYTES, chunk.chunkLength() - start);
        CompletableFuture<Void> loaded = transport.read(chunk.chunk(), start, buffer.slice(0, length));
        return new Block(buffer, loaded.whenComplete((done, failure) -> buffer.release()));
    }
}
