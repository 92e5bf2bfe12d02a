package io.dbfs.cluster.contents;

import io.dbfs.raft.StateView;
import java.util.Optional;

/** Counts the keys that are looked at. */
final class CountingView implements StateView {
    private final StateView view;
    private long keys;

    CountingView(StateView view) {
        this.view = view;
    }

    long keys() {
        return keys;
    }

    @Override
    public long index() {
        return view.index();
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        keys++;
        return view.get(key);
    }

    @Override
    public void scan(byte[] prefix, byte[] from, Visitor visitor) {
        view.scan(prefix, from, (key, value) -> {
            keys++;
            return visitor.visit(key, value);
        });
    }

    @Override
    public void close() {
        view.close();
    }
}
