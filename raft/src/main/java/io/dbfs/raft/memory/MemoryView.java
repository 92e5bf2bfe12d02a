package io.dbfs.raft.memory;

import io.dbfs.raft.StateView;
import java.util.Optional;

/** The state as of one index. */
final class MemoryView implements StateView {
    private final MemoryKvStore store;
    private final MemoryState state;
    private final long index;
    private boolean closed;

    MemoryView(MemoryKvStore store, MemoryState state) {
        this.store = store;
        this.state = state;
        this.index = state.openView();
    }

    @Override
    public long index() {
        return index;
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        requireOpen();
        return state.get(key, index);
    }

    @Override
    public void scan(byte[] prefix, byte[] from, Visitor visitor) {
        requireOpen();
        state.scan(prefix, from, index, visitor);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            state.closeView(index);
        }
    }

    private void requireOpen() {
        store.requireOpen();
        if (closed) {
            throw new IllegalStateException("the view is closed");
        }
    }
}
