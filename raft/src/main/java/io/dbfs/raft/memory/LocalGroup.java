package io.dbfs.raft.memory;

import io.dbfs.raft.ForgottenOutcomeException;
import io.dbfs.raft.KvStore;
import io.dbfs.raft.Proposal;
import io.dbfs.raft.ReplicatedGroup;
import io.dbfs.raft.StateMachine;
import io.dbfs.raft.StateView;
import io.dbfs.raft.UnknownOutcomeException;
import io.dbfs.raft.runtime.Applier;
import io.dbfs.raft.runtime.LogClock;
import io.dbfs.raft.runtime.LogEntry;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A group of one replica without a log, which always leads and applies a command before {@link #propose} returns. Its
 * state lasts as long as its store, which it closes.
 */
public final class LocalGroup implements ReplicatedGroup {
    private static final String ADDRESS = "local:0";

    private final KvStore store;
    private final Applier applier;
    private final InstantSource clock;
    private boolean halted;

    public LocalGroup(StateMachine machine, KvStore store, InstantSource clock) {
        this.store = store;
        this.applier = new Applier(machine, store);
        this.clock = clock;
    }

    /** An exception of the machine halts the group, as it halts a replica, and is what the future fails with. */
    @Override
    public CompletableFuture<byte[]> propose(Proposal proposal) {
        Optional<byte[]> outcome;
        try {
            outcome = apply(proposal);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        return outcome.map(CompletableFuture::completedFuture)
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new ForgottenOutcomeException(proposal.client(), proposal.sequence())));
    }

    @Override
    public CompletableFuture<Void> readBarrier() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public StateView view() {
        return store.view();
    }

    @Override
    public Leadership leadership() {
        return new Leadership(true, ADDRESS, 1);
    }

    @Override
    public void addListener(LeadershipListener listener) {
        listener.onLeadership(leadership());
    }

    @Override
    public List<Member> members() {
        return List.of(new Member(ADDRESS, true));
    }

    @Override
    public CompletableFuture<Void> addMember(Member member) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("a local group has one member"));
    }

    @Override
    public CompletableFuture<Void> removeMember(String raftAddress) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("a local group has one member"));
    }

    @Override
    public void stepDown() {
        // There is nobody to hand over to.
    }

    @Override
    public CompletableFuture<Void> snapshot() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized void close() {
        halted = true;
        store.close();
    }

    private synchronized Optional<byte[]> apply(Proposal proposal) {
        if (halted) {
            throw new UnknownOutcomeException("the group has halted");
        }
        halted = true;
        Optional<byte[]> outcome =
                applier.apply(applier.appliedIndex() + 1, new LogEntry(LogClock.stamp(clock), proposal));
        halted = false;
        return outcome;
    }
}
