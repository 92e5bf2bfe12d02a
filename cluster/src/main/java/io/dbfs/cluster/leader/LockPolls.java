package io.dbfs.cluster.leader;

import io.dbfs.proto.LockGrant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/** Mounts that wait to hear that a lock was granted: one question each, the newest. Thread-safe. */
final class LockPolls {
    private final ConcurrentMap<Long, CompletableFuture<Void>> polls = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Completes when something was granted to the holder since, when the holder asks anew, or after this time. */
    CompletableFuture<Void> await(long holder, long millis) {
        CompletableFuture<Void> poll = new CompletableFuture<>();
        CompletableFuture<Void> older = polls.put(holder, poll);
        if (older != null) {
            older.complete(null);
        }
        if (closed) {
            poll.complete(null);
        }
        return poll.completeOnTimeout(null, millis, TimeUnit.MILLISECONDS)
                .whenComplete((woken, failure) -> polls.remove(holder, poll));
    }

    /** Tells those who were granted something. */
    void wake(List<LockGrant> grants) {
        for (LockGrant grant : grants) {
            wake(grant.getHolder());
        }
    }

    /** There is something for the holder to be told. */
    void wake(long holder) {
        CompletableFuture<Void> poll = polls.get(holder);
        if (poll != null) {
            poll.complete(null);
        }
    }

    /** The server stops: nobody waits here any more. */
    void close() {
        closed = true;
        clear();
    }

    /** Nobody is told anything here any more: all ask again. */
    void clear() {
        polls.values().forEach(poll -> poll.complete(null));
    }
}
