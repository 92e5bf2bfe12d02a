package io.dbfs.daemon.vfs;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A pooled buffer with several holders; the last to let go returns it. Thread-safe, but for the bytes. */
final class SharedBuffer {
    private final ByteBuffer buffer;
    private final BufferPool pool;
    private final AtomicInteger holders = new AtomicInteger(1);

    SharedBuffer(ByteBuffer buffer, BufferPool pool) {
        this.buffer = buffer;
        this.pool = pool;
    }

    /** One holder more; false when the last has let go already. */
    boolean retain() {
        int count = holders.get();
        while (count > 0) {
            if (holders.compareAndSet(count, count + 1)) {
                return true;
            }
            count = holders.get();
        }
        return false;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            pool.giveBack(buffer);
        }
    }

    /** The bytes from {@code from} on. Only for holders. */
    ByteBuffer slice(int from, int length) {
        return buffer.slice(from, length);
    }
}
