package io.dbfs.raft.memory;

import io.dbfs.raft.StateView;
import java.util.Optional;

/** The newest state at each call, for the committing thread. */
final class LiveMemoryView implements StateView {
    private final MemoryKvStore store;

    LiveMemoryView(MemoryKvStore store) {
        this.store = store;
    }

    @Override
    public long index() {
        return store.appliedIndex();
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        MemoryState state = store.state();
        return state.get(key, state.appliedIndex());
    }

    @Override
    public void scan(byte[] prefix, byte[] from, Visitor visitor) {
        MemoryState state = store.state();
        state.scan(prefix, from, state.appliedIndex(), visitor);
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
