package io.dbfs.raft.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.dbfs.raft.KvStore;
import io.dbfs.raft.StateView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts what its live view is asked. */
final class CountingKvStore extends ForwardingKvStore {
    private int reads;
    private List<String> keysScannedLast = List.of();

    CountingKvStore(KvStore store) {
        super(store);
    }

    int reads() {
        return reads;
    }

    List<String> keysScannedLast() {
        return keysScannedLast;
    }

    @Override
    public StateView live() {
        return new CountingView(store.live());
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
