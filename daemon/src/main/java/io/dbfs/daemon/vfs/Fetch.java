package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waits for bytes on their way into a buffer. */
final class Fetch {
    private Fetch() {}

    /**
     * Returns when the bytes are there. The wait has no bound of its own: until the future completes the transport may
     * touch the buffer, and it promises to complete it in bounded time.
     */
    static void await(CompletableFuture<Void> fetch) {
        try {
            fetch.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof FsException failure) {
                throw failure;
            }
            throw new FsException(Errno.EIO, "read of a chunk failed: " + e.getCause(), e);
        }
    }
}
