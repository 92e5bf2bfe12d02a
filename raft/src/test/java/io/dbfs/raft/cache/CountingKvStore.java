package io.dbfs.raft.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.dbfs.raft.KvStore;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts what its live view is asked. */
final class CountingKvStore implements KvStore {
    private final KvStore store;
    private int reads;
    private List<String> keysScannedLast = List.of();

    CountingKvStore(KvStore store) {
        this.store = store;
    }

    int reads() {
        return reads;
    }

    List<String> keysScannedLast() {
        return keysScannedLast;
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
        return new CountingView(store.live());
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

    private final class CountingView implements StateView {
        private final StateView view;

        CountingView(StateView view) {
            this.view = view;
        }

        @Override
        public long index() {
            return view.index();
        }

        @Override
        public Optional<byte[]> get(byte[] key) {
            reads++;
            return view.get(key);
        }

        @Override
        public void scan(byte[] prefix, byte[] from, Visitor visitor) {
            reads++;
            List<String> keys = new ArrayList<>();
            view.scan(prefix, from, (key, value) -> {
                keys.add(new String(key, ISO_8859_1));
                return visitor.visit(key, value);
            });
            keysScannedLast = keys;
        }

        @Override
        public void close() {
            view.close();
        }
    }
}
