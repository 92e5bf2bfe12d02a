package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class MemoryChunkStoreTest extends ChunkStoreContract {
    private final MemoryChunkStore store = new MemoryChunkStore(InstantSource.system(), 4 << 20);

    @Override
    ChunkStore store() {
        return store;
    }

    @Test
    void fullStoreFailsWithEnospc() {
        ChunkBytes.write(store, new ChunkId(1), new byte[4 << 20]);
        assertErrno(Errno.ENOSPC, () -> store.create(new ChunkId(2)));
    }

    @Test
    void damagedChunkFailsWithEio() {
        ChunkBytes.write(store, new ChunkId(1), new byte[10]);
        store.damage(new ChunkId(1));
        assertErrno(Errno.EIO, () -> ChunkBytes.read(store, new ChunkId(1), 0, 10));
    }
}
