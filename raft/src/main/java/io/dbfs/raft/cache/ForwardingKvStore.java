package io.dbfs.raft.cache;

import io.dbfs.raft.KvStore;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A store that is as the one behind it, but for what a subclass does otherwise. */
public abstract class ForwardingKvStore implements KvStore {
    protected final KvStore store;

    protected ForwardingKvStore(KvStore store) {
        this.store = store;
    }

    @Override
    public long appliedIndex() {
        return store.appliedIndex();
    }

    @Override
    public void commit(long index, List<Mutation> mutations) {
        store.commit(index, mutations);
    }

    @Override
    public StateView view() {
        return store.view();
    }

    @Override
    public StateView live() {
        return store.live();
    }

    @Override
    public void checkpoint(Path directory) throws IOException {
        store.checkpoint(directory);
    }

    @Override
    public void restore(Path checkpoint) throws IOException {
        store.restore(checkpoint);
    }

    @Override
    public void close() {
        store.close();
    }
}
