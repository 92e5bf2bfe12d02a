package io.dbfs.raft.rocksdb;

import io.dbfs.raft.StateView;
import io.dbfs.raft.runtime.KeyPrefix;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** Scans of keys that share a prefix. */
final class PrefixReader {
    private PrefixReader() {}

    /** Scans as of a snapshot, or as of now. The caller holds a use of the database. */
    static void scan(
            Database database, @Nullable Snapshot snapshot, byte[] prefix, byte[] from, StateView.Visitor visitor) {
        byte @Nullable [] end = KeyPrefix.end(prefix);
        try (Slice upperBound = new Slice(end == null ? prefix : end);
                ReadOptions options = new ReadOptions()) {
            if (end != null) {
                // Keeps the iterator from wading through the deleted keys that follow the prefix.
                options.setIterateUpperBound(upperBound);
            }
            if (snapshot != null) {
                options.setSnapshot(snapshot);
            }
            try (RocksIterator iterator = database.rocks().newIterator(options)) {
                visit(iterator, from, visitor);
            }
        } catch (RocksDBException e) {
            throw database.failure("read", e);
        }
    }

    private static void visit(RocksIterator iterator, byte[] from, StateView.Visitor visitor) throws RocksDBException {
        byte[] start = from.length == 0 ? AppliedIndex.FIRST_KEY_AFTER : from;
        for (iterator.seek(start); iterator.isValid(); iterator.next()) {
            if (!visitor.visit(iterator.key(), iterator.value())) {
                return;
            }
        }
        iterator.status();
    }
}
