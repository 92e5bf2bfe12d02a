package io.dbfs.raft.jraft;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.raft.NotLeaderException;
import io.dbfs.raft.ReplicatedGroup.Leadership;
import io.dbfs.raft.ReplicatedGroup.LeadershipListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who leads, told to listeners in order. Thread-safe. */
final class LeadershipPublisher {
    /** Hears that a replica takes no part any more although nobody closed it; must not block. */
    @FunctionalInterface
    interface FailureListener {
        void onFailure(String what, @Nullable Throwable cause);
    }

    private final String ownAddress;
    private final FailureListener failures;
    private volatile Leadership now = new Leadership(false, "", 0);

    @GuardedBy("this")
    private final List<LeadershipListener> listeners = new ArrayList<>();

    @GuardedBy("this")
    private boolean halted;

    LeadershipPublisher(String ownAddress, FailureListener failures) {
        this.ownAddress = ownAddress;
        this.failures = failures;
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

    /** The same, for a failure; the first is told of. */
    void fail(String what, @Nullable Throwable cause) {
        synchronized (this) {
            if (halted) {
                return;
            }
            halt();
        }
        failures.onFailure(what, cause);
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
