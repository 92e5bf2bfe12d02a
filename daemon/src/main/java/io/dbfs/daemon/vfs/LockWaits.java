package io.dbfs.daemon.vfs;

import io.dbfs.proto.GrantedTicket;
import io.dbfs.proto.KeepLocksRequest;
import io.dbfs.proto.WaitingTicket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests of this mount in the queues of one cluster. Guarded by who holds it. */
final class LockWaits {
    private final Map<Long, LockWait> waiting = new HashMap<>();

    void add(LockWait wait) {
        waiting.put(wait.ticket(), wait);
    }

    /** Whether it was there: whoever removes a wait ends it. */
    boolean remove(LockWait wait) {
        return waiting.remove(wait.ticket(), wait);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Asks for what became of them. */
    void ask(KeepLocksRequest.Builder request) {
        waiting.forEach((ticket, wait) -> request.addWaiting(WaitingTicket.newBuilder()
                .setInode(wait.owner().inode().value())
                .setTicket(ticket)));
    }

    /** The one that waited for this, and waits no more. */
    @Nullable
    LockWait removeGranted(GrantedTicket grant) {
        return waiting.remove(grant.getTicket());
    }

    /** Nobody waits any more; those that did. */
    List<LockWait> removeAll() {
        List<LockWait> all = List.copyOf(waiting.values());
        waiting.clear();
        return all;
    }
}
