package io.dbfs.raft.rocksdb;

import io.dbfs.raft.Mutation;
import io.dbfs.raft.runtime.KeyPrefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** One commit: mutations and the applied index, written at once. */
final class Commit {
    /**
     * Keys of a prefix deleted one by one at most. Above it one range tombstone is written, which costs every later read
     * near it something until compaction, where few keys cost only themselves.
     */
    private static final int SINGLE_DELETIONS_MAX = 64;

    private final Database database;
    private final WriteBatch batch;

    Commit(Database database) {
        this.database = database;
        this.batch = database.batch();
    }

    void write(long index, List<Mutation> mutations) {
        try {
            batch.clear();
            for (int i = 0; i < mutations.size(); i++) {
                add(mutations.get(i), mutations.subList(0, i));
            }
            AppliedIndex.write(batch, index);
            database.rocks().write(database.writeOptions(), batch);
        } catch (RocksDBException e) {
            throw database.failure("write", e);
        }
    }

    private void add(Mutation mutation, List<Mutation> before) throws RocksDBException {
        if (mutation instanceof Mutation.Put put) {
            batch.put(put.key(), put.value());
        } else if (mutation instanceof Mutation.Delete delete) {
            batch.delete(delete.key());
        } else if (mutation instanceof Mutation.DeletePrefix delete) {
            deletePrefix(delete.prefix(), before);
        }
    }

    private void deletePrefix(byte[] prefix, List<Mutation> before) throws RocksDBException {
        byte @Nullable [] end = KeyPrefix.end(prefix);
        List<byte[]> keys = new ArrayList<>();
        PrefixReader.scan(database, null, prefix, prefix, (key, value) -> {
            keys.add(key);
            return end == null || keys.size() <= SINGLE_DELETIONS_MAX;
        });
        if (end != null && keys.size() > SINGLE_DELETIONS_MAX) {
            batch.deleteRange(prefix, end);
            return;
        }
        for (byte[] key : keys) {
            batch.delete(key);
        }
        for (Mutation earlier : before) {
            if (earlier instanceof Mutation.Put put && KeyPrefix.begins(put.key(), prefix)) {
                batch.delete(put.key());
            }
        }
    }
}
