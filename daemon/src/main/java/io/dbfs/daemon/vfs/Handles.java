package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.fuse.HandleId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Handles by number. Thread-safe. */
final class Handles<H> {
    private final AtomicLong last = new AtomicLong();
    private final ConcurrentMap<Long, H> handles = new ConcurrentHashMap<>();

    HandleId add(H handle) {
        long id = last.incrementAndGet();
        handles.put(id, handle);
        return new HandleId(id);
    }

    /** The handle of this number; EBADF when there is none. */
    H get(HandleId id) {
        H handle = handles.get(id.value());
        if (handle == null) {
            throw new FsException(Errno.EBADF, "handle " + id.value() + " is not open");
        }
        return handle;
    }

    boolean isOpen(HandleId id) {
        return handles.containsKey(id.value());
    }

    @Nullable
    H remove(HandleId id) {
        return handles.remove(id.value());
    }
}
