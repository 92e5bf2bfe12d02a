package io.dbfs.daemon.vfs;

import io.dbfs.proto.GrantedTicket;
import io.dbfs.proto.KeepLocksRequest;
import io.dbfs.proto.WaitingTicket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Requests of this mount in the queues of one cluster. Guarded by who holds it. */
final class LockWaits {
    private final Map<Long, LockWait> waiting = new HashMap<>();

    void add(LockWait wait) {
        waiting.put(wait.ticket(), wait);
    }

    void remove(LockWait wait) {
        waiting.remove(wait.ticket());
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean isWaiting(LockOwners.Owner owner) {
        return waiting.values().stream().anyMatch(wait -> wait.owner().equals(owner));
    }

    /** Asks for what became of them. */
    void ask(KeepLocksRequest.Builder request) {
        waiting.forEach((ticket, wait) -> request.addWaiting(WaitingTicket.newBuilder()
                .setInode(wait.owner().inode().value())
                .setTicket(ticket)));
    }

    /** Those that wait no more, each with what is to be done about it. */
    List<Runnable> granted(List<GrantedTicket> grants) {
        List<Runnable> told = new ArrayList<>();
        for (GrantedTicket grant : grants) {
            LockWait wait = waiting.remove(grant.getTicket());
            if (wait != null) {
                told.add(() -> wait.granted().complete(grant.getAttributes()));
            }
        }
        return told;
    }

    /** Nobody waits any more; those that did. */
    List<LockWait> removeAll() {
        List<LockWait> all = List.copyOf(waiting.values());
        waiting.clear();
        return all;
    }
}
