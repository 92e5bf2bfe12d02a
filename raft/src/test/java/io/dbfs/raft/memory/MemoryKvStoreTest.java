package io.dbfs.raft.memory;

import io.dbfs.raft.KvStore;
import io.dbfs.raft.KvStoreContract;
import java.nio.file.Path;

final class MemoryKvStoreTest extends KvStoreContract {
    @Override
    protected KvStore open(Path directory) {
        return new MemoryKvStore();
    }
}
