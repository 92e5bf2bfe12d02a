package io.dbfs.daemon.chunk;

import io.dbfs.cluster.chunk.ChunkEntry;
import io.dbfs.cluster.chunk.ChunkStore;
import io.dbfs.cluster.chunk.ChunkUsage;
import io.dbfs.cluster.chunk.WritableChunk;
import io.dbfs.common.ChunkId;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** A store on a disk that answers no read until it is opened. */
final class GatedChunkStore implements ChunkStore {
    private final ChunkStore store;
    private final CountDownLatch gate = new CountDownLatch(1);
    private volatile boolean holdsWrites;

    GatedChunkStore(ChunkStore store) {
        this.store = store;
    }

    /** From now on chunks to be written wait at the gate as well, as if the disk hung. */
    void holdWrites() {
        holdsWrites = true;
    }

    void open() {
        gate.countDown();
    }

    @Override
    public int read(ChunkId id, int offset, ByteBuffer target) {
        awaitGate();
        return store.read(id, offset, target);
    }

    @Override
    public int[] readWithChecksums(ChunkId id, int offset, ByteBuffer target) {
        awaitGate();
        return store.readWithChecksums(id, offset, target);
    }

    private void awaitGate() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public WritableChunk create(ChunkId id, int bytesMax) {
        if (holdsWrites) {
            awaitGate();
        }
        return store.create(id, bytesMax);
    }

    @Override
    public WritableChunk replace(ChunkId id, int bytesMax) {
        return store.replace(id, bytesMax);
    }

    @Override
    public int length(ChunkId id) {
        return store.length(id);
    }

    @Override
    public CompletableFuture<Void> sync(Collection<ChunkId> ids) {
        return store.sync(ids);
    }

    @Override
    public boolean delete(ChunkId id) {
        return store.delete(id);
    }

    @Override
    public void scan(Consumer<ChunkEntry> visitor) {
        store.scan(visitor);
    }

    @Override
    public ChunkUsage usage() {
        return store.usage();
    }

    @Override
    public void close() {
        open();
        store.close();
    }
}
