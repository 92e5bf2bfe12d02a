package io.dbfs.raft.jraft;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.raft.NotLeaderException;
import io.dbfs.raft.Proposal;
import io.dbfs.raft.ReplicaHealth;
import io.dbfs.raft.ReplicatedGroup;
import io.dbfs.raft.StateView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A replica that is opened again when its disk failed it. While it is not open it is one that does not lead and knows no
 * leader. Thread-safe.
 */
final class SupervisedGroup implements ReplicatedGroup {
    private final Runnable end;
    private volatile @Nullable JRaftGroup current;
    private volatile ReplicaHealth health = ReplicaHealth.RUNNING;

    /** Written under the lock. Read without it: a listener, which is told under it, may wait for who asks. */
    private volatile Leadership last = new Leadership(false, "", 0);

    @GuardedBy("this")
    private final List<LeadershipListener> listeners = new ArrayList<>();

    /** @param end closes what is open, for good */
    SupervisedGroup(Runnable end) {
        this.end = end;
    }

    /** From now on this replica is the one that is open. */
    void use(JRaftGroup opened) {
        current = opened;
        opened.addListener(now -> relay(opened, now));
    }

    /** From now on none is open, and who asks is refused; gives the one that was. */
    @Nullable
    JRaftGroup leave() {
        JRaftGroup left = current;
        current = null;
        synchronized (this) {
            publish(new Leadership(false, "", last.term()));
        }
        return left;
    }

    void setHealth(ReplicaHealth now) {
        health = now;
    }

    @Override
    public ReplicaHealth health() {
        return health;
    }

    @Override
    public CompletableFuture<byte[]> propose(Proposal proposal) {
        return call(group -> group.propose(proposal));
    }

    @Override
    public CompletableFuture<Void> readBarrier() {
        return call(ReplicatedGroup::readBarrier);
    }

    @Override
    public StateView view() {
        JRaftGroup group = current;
        if (group == null) {
            throw closed();
        }
        try {
            return group.view();
        } catch (IllegalStateException e) {
            if (group == current) {
                throw e;
            }
            // It was closed just now, and so was its state.
            throw closed();
        }
    }

    @Override
    public Leadership leadership() {
        return last;
    }

    @Override
    public synchronized void addListener(LeadershipListener listener) {
        listeners.add(listener);
        listener.onLeadership(last);
    }

    @Override
    public List<Member> members() {
        JRaftGroup group = current;
        return group == null ? List.of() : group.members();
    }

    @Override
    public CompletableFuture<Void> addMember(Member member) {
        return call(group -> group.addMember(member));
    }

    @Override
    public CompletableFuture<Void> removeMember(String raftAddress) {
        return call(group -> group.removeMember(raftAddress));
    }

    @Override
    public void stepDown() {
        JRaftGroup group = current;
        if (group != null) {
            group.stepDown();
        }
    }

    @Override
    public CompletableFuture<Void> snapshot() {
        return call(ReplicatedGroup::snapshot);
    }

    @Override
    public void close() {
        end.run();
    }

    private <T> CompletableFuture<T> call(Function<ReplicatedGroup, CompletableFuture<T>> call) {
        JRaftGroup group = current;
        return group == null ? CompletableFuture.failedFuture(closed()) : call.apply(group);
    }

    private NotLeaderException closed() {
        return new NotLeaderException("");
    }

    private synchronized void relay(JRaftGroup from, Leadership now) {
        if (from == current) {
            // One that was opened anew knows no term yet.
            publish(new Leadership(now.leads(), now.leaderRaftAddress(), Math.max(now.term(), last.term())));
        }
    }

    @GuardedBy("this")
    private void publish(Leadership next) {
        if (!next.equals(last)) {
            last = next;
            listeners.forEach(listener -> listener.onLeadership(next));
        }
    }
}
