package io.dbfs.raft.rocksdb;

import io.dbfs.raft.StateView;
import java.util.Optional;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;

/** The state as of one index, held by a RocksDB snapshot. */
final class RocksView implements StateView {
    private final RocksKvStore store;
    private final Database database;
    private final Snapshot snapshot;
    private final ReadOptions options;
    private boolean closed;

    RocksView(RocksKvStore store) {
        this.store = store;
        this.database = store.acquire();
        this.snapshot = database.rocks().getSnapshot();
        this.options = new ReadOptions().setSnapshot(snapshot);
    }

    @Override
    public long index() {
        requireOpen();
        return AppliedIndex.read(database, options);
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        requireOpen();
        try {
            return Optional.ofNullable(database.rocks().get(options, key));
        } catch (RocksDBException e) {
            throw database.failure("read", e);
        }
    }

    @Override
    public void scan(byte[] prefix, byte[] from, Visitor visitor) {
        requireOpen();
        PrefixReader.scan(database, snapshot, prefix, from, visitor);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        options.close();
        database.rocks().releaseSnapshot(snapshot);
        snapshot.close();
        database.release();
    }

    private void requireOpen() {
        store.requireOpen();
        if (closed) {
            throw new IllegalStateException("the view is closed");
        }
    }
}
