package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.bulk.BlockChecksums;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/** Chunks in memory: the twin of {@link FileChunkStore} for tests and for nodes without a disk. */
public final class MemoryChunkStore implements ChunkStore {
    private final InstantSource clock;
    private final long capacityBytes;
    private final ConcurrentMap<ChunkId, Stored> stored = new ConcurrentHashMap<>();
    private final Set<ChunkId> writing = ConcurrentHashMap.newKeySet();
    /** Blocks that cannot be read, of each damaged chunk. */
    private final ConcurrentMap<ChunkId, Set<Integer>> damaged = new ConcurrentHashMap<>();

    private record Stored(byte[] bytes, Instant sealedAt) {}

    /** A store that is full at so many bytes. */
    public MemoryChunkStore(InstantSource clock, long capacityBytes) {
        this.clock = clock;
        this.capacityBytes = capacityBytes;
    }

    /** From now on reading any block of this chunk fails with EIO, as if its checksum differed. */
    public void damage(ChunkId id) {
        for (int block = 0; block < Math.max(1, BlockChecksums.blocks(length(id))); block++) {
            damage(id, block);
        }
    }

    /** From now on reading this block of the chunk fails with EIO; the other blocks stay whole. */
    public void damage(ChunkId id, int block) {
        damaged.computeIfAbsent(id, key -> ConcurrentHashMap.newKeySet()).add(block);
    }

    @Override
    public WritableChunk create(ChunkId id, int bytesMax) {
        if (stored.containsKey(id) || !writing.add(id)) {
            throw new FsException(Errno.EEXIST, "chunk " + id + " is stored already or being written");
        }
        if (usage().usableFreeBytes() < Math.max(1, bytesMax)) {
            writing.remove(id);
            throw new FsException(Errno.ENOSPC, "chunk " + id);
        }
        return new Writable(id);
    }

    @Override
    public WritableChunk replace(ChunkId id, int bytesMax) {
        if (!writing.add(id)) {
            throw new FsException(Errno.EEXIST, "chunk " + id + " is being written");
        }
        return new Writable(id);
    }

    @Override
    public int read(ChunkId id, int offset, ByteBuffer target) {
        byte[] bytes = require(id).bytes();
        if (offset < 0) {
            throw new FsException(Errno.EINVAL, "read of chunk " + id + " at " + offset);
        }
        int count = Math.max(0, Math.min(target.remaining(), bytes.length - offset));
        requireWhole(id, offset, count);
        target.put(bytes, Math.min(offset, bytes.length), count);
        return count;
    }

    private void requireWhole(ChunkId id, int offset, int count) {
        int first = offset / BlockChecksums.BLOCK_BYTES;
        int last = (offset + Math.max(1, count) - 1) / BlockChecksums.BLOCK_BYTES;
        for (int block : damaged.getOrDefault(id, Set.of())) {
            if (block >= first && block <= last) {
                throw new FsException(Errno.EIO, "chunk " + id + " block " + block + " was damaged");
            }
        }
    }

    @Override
    public int[] readWithChecksums(ChunkId id, int offset, ByteBuffer target) {
        int start = target.position();
        int count = read(id, offset, target);
        return BlockChecksums.ofPieces(offset, target.slice(start, count));
    }

    @Override
    public int length(ChunkId id) {
        return require(id).bytes().length;
    }

    private Stored require(ChunkId id) {
        Stored found = stored.get(id);
        if (found == null) {
            throw new FsException(Errno.ENOENT, "chunk " + id + " is not here");
        }
        return found;
    }

    @Override
    public CompletableFuture<Void> sync(Collection<ChunkId> ids) {
        return stored.keySet().containsAll(ids)
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(new FsException(Errno.ENOENT, "one of " + ids + " is not here"));
    }

    @Override
    public boolean delete(ChunkId id) {
        damaged.remove(id);
        return stored.remove(id) != null;
    }

    @Override
    public void scan(Consumer<ChunkEntry> visitor) {
        stored.forEach((id, chunk) -> visitor.accept(new ChunkEntry(id, chunk.bytes().length, chunk.sealedAt())));
    }

    @Override
    public ChunkUsage usage() {
        long bytes = stored.values().stream()
                .mapToLong(chunk -> chunk.bytes().length)
                .sum();
        return new ChunkUsage(stored.size(), bytes, Math.max(0, capacityBytes - bytes));
    }

    @Override
    public void close() {
        stored.clear();
    }

    private final class Writable implements WritableChunk {
        private final ChunkId id;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Writable(ChunkId id) {
            this.id = id;
        }

        @Override
        public void append(ByteBuffer added, int[] checksums) {
            if (bytes.size() % BlockChecksums.BLOCK_BYTES != 0) {
                throw new FsException(Errno.EINVAL, "chunk " + id + " goes on after a short block");
            }
            byte[] copy = new byte[added.remaining()];
            added.duplicate().get(copy);
            bytes.writeBytes(copy);
        }

        @Override
        public int length() {
            return bytes.size();
        }

        @Override
        public void seal() {
            stored.put(id, new Stored(bytes.toByteArray(), clock.instant()));
            damaged.remove(id);
            writing.remove(id);
        }

        @Override
        public void close() {
            writing.remove(id);
        }
    }
}
