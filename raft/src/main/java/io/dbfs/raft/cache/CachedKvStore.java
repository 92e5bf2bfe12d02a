package io.dbfs.raft.cache;

import io.dbfs.raft.KvStore;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A store whose {@link #live} view answers from memory what it read or wrote lately. Commands come back to the same few
 * keys, and asking a database is most of what a small one costs. Other views read the store itself.
 */
public final class CachedKvStore extends ForwardingKvStore {
    private final KnownKeys known;
    private volatile boolean closed;

    /**
     * Takes over a store.
     *
     * @param bytesMax what is kept in memory, about
     */
    public CachedKvStore(KvStore store, long bytesMax) {
        super(store);
        this.known = new KnownKeys(bytesMax);
    }

    @Override
    public void commit(long index, List<Mutation> mutations) {
        store.commit(index, mutations);
        known.apply(mutations);
    }

    @Override
    public StateView live() {
        return new CachedView(this, store.live(), known);
    }

    @Override
    public void restore(Path checkpoint) throws IOException {
        store.restore(checkpoint);
        known.clear();
    }

    @Override
    public void close() {
        closed = true;
        store.close();
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }
}
