package io.dbfs.raft.rocksdb;

import java.util.ArrayDeque;
import java.util.Deque;
import org.rocksdb.RocksObject;

/** Native objects that are freed together, the newest first, since it may use the older ones. Not thread-safe. */
final class NativeHandles implements AutoCloseable {
    private final Deque<RocksObject> handles = new ArrayDeque<>();

    <T extends RocksObject> T own(T handle) {
        handles.addFirst(handle);
        return handle;
    }

    @Override
    public void close() {
        for (RocksObject handle = handles.poll(); handle != null; handle = handles.poll()) {
            handle.close();
        }
    }
}
