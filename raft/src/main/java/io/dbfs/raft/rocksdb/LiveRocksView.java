package io.dbfs.raft.rocksdb;

import io.dbfs.raft.StateView;
import java.util.Optional;
import org.rocksdb.RocksDBException;

/** The newest state at each call, for the committing thread: no snapshot is taken. */
final class LiveRocksView implements StateView {
    private final RocksKvStore store;

    LiveRocksView(RocksKvStore store) {
        this.store = store;
    }

    @Override
    public long index() {
        return store.appliedIndex();
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        Database database = store.acquire();
        try {
            return Optional.ofNullable(database.rocks().get(database.readOptions(), key));
        } catch (RocksDBException e) {
            throw database.failure("read", e);
        } finally {
            database.release();
        }
    }

    @Override
    public void scan(byte[] prefix, byte[] from, Visitor visitor) {
        Database database = store.acquire();
        try {
            PrefixReader.scan(database, null, prefix, from, visitor);
        } finally {
            database.release();
        }
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
