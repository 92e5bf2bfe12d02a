package io.dbfs.raft.cache;

import io.dbfs.raft.KvStore;
import io.dbfs.raft.KvStoreContract;
import io.dbfs.raft.rocksdb.RocksKvStore;
import io.dbfs.raft.rocksdb.RocksOptions;
import java.io.IOException;
import java.nio.file.Path;

/** With so little memory that all is forgotten again and again. */
final class CachedRocksKvStoreTest extends KvStoreContract {
    @Override
    protected KvStore open(Path directory) throws IOException {
        return new CachedKvStore(RocksKvStore.open(directory, RocksOptions.defaults(), damage -> {}), 20_000);
    }
}
