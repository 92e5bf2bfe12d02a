package io.dbfs.raft.memory;

import io.dbfs.raft.StateView;
import java.util.Optional;

/** The state as of one index. */
final class MemoryView implements StateView {
    private final MemoryKvStore store;
    private final long index;
    private boolean closed;

    MemoryView(MemoryKvStore store, long index) {
        this.store = store;
        this.index = index;
    }

    @Override
    public long index() {
        return index;
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        requireOpen();
        return Optional.ofNullable(store.valueAt(key, index)).map(byte[]::clone);
    }

    @Override
    public void scan(byte[] prefix, byte[] from, Visitor visitor) {
        requireOpen();
        store.scanAt(prefix, from, index, visitor);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            store.closeView(index);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the view is closed");
        }
    }
}
