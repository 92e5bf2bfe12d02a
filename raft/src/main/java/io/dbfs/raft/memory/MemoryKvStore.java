package io.dbfs.raft.memory;

import io.dbfs.raft.KvStore;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A state in memory. */
public final class MemoryKvStore implements KvStore {
    private volatile MemoryState state = new MemoryState();
    private volatile boolean closed;

    @Override
    public long appliedIndex() {
        return state().appliedIndex();
    }

    @Override
    public void commit(long index, List<Mutation> mutations) {
        state().commit(index, mutations);
    }

    @Override
    public StateView view() {
        return new MemoryView(this, state());
    }

    @Override
    public StateView live() {
        requireOpen();
        return new LiveMemoryView(this);
    }

    @Override
    public void checkpoint(Path directory) throws IOException {
        try (StateView view = view()) {
            MemoryCheckpoint.write(view, directory);
        }
    }

    @Override
    public void restore(Path checkpoint) throws IOException {
        requireOpen();
        state = MemoryCheckpoint.read(checkpoint);
    }

    @Override
    public void close() {
        closed = true;
    }

    MemoryState state() {
        requireOpen();
        return state;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }
}
