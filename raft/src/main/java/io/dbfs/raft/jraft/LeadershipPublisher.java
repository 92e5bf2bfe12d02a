package io.dbfs.raft.jraft;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.raft.NotLeaderException;
import io.dbfs.raft.ReplicatedGroup.Leadership;
import io.dbfs.raft.ReplicatedGroup.LeadershipListener;
import java.util.ArrayList;
import java.util.List;

/** Who leads, told to listeners in order. Thread-safe. */
final class LeadershipPublisher {
    private final String ownAddress;
    private volatile Leadership now = new Leadership(false, "", 0);

    @GuardedBy("this")
    private final List<LeadershipListener> listeners = new ArrayList<>();

    @GuardedBy("this")
    private boolean halted;

    LeadershipPublisher(String ownAddress) {
        this.ownAddress = ownAddress;
    }

    Leadership now() {
        return now;
    }

    synchronized void add(LeadershipListener listener) {
        listeners.add(listener);
        listener.onLeadership(now);
    }

    void lead(long term) {
        publish(new Leadership(true, ownAddress, term));
    }

    void follow(String leaderAddress, long term) {
        publish(new Leadership(false, leaderAddress, term));
    }

    /** Nobody leads, as far as is known here. */
    void lose() {
        publish(new Leadership(false, "", now.term()));
    }

    /** This replica takes no part any more, whatever JRaft says later. */
    synchronized void halt() {
        lose();
        halted = true;
    }

    /** What a proposal or a read is refused with where this replica does not lead. */
    NotLeaderException refusal() {
        return new NotLeaderException(now.leaderRaftAddress());
    }

    private synchronized void publish(Leadership next) {
        if (!halted && !next.equals(now)) {
            now = next;
            listeners.forEach(listener -> listener.onLeadership(next));
        }
    }
}
