package io.dbfs.daemon.vfs;

import io.dbfs.proto.FileAttributes;
import java.util.concurrent.CompletableFuture;

/** A lock that was asked for. */
final class LockWait {
    private final ClusterLocks locks;
    private final LockOwners.Owner owner;
    private final long ticket;
    private final CompletableFuture<FileAttributes> granted = new CompletableFuture<>();

    LockWait(ClusterLocks locks, LockOwners.Owner owner, long ticket) {
        this.locks = locks;
        this.owner = owner;
        this.ticket = ticket;
    }

    LockOwners.Owner owner() {
        return owner;
    }

    /** Its place in the queue; 0 when it never was in one. */
    long ticket() {
        return ticket;
    }

    /** Completes with the file as it was then. */
    CompletableFuture<FileAttributes> granted() {
        return granted;
    }

    /** Stops waiting, soon. */
    void cancel() {
        if (!granted.isDone()) {
            locks.cancel(this);
        }
    }
}
