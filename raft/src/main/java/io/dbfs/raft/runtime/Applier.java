package io.dbfs.raft.runtime;

import io.dbfs.raft.ApplyContext;
import io.dbfs.raft.Decision;
import io.dbfs.raft.KvStore;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.Proposal;
import io.dbfs.raft.StateMachine;
import io.dbfs.raft.StateView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Applies log entries to a store, each in one commit: what its machine decides, the outcome, the log's time and the
 * index. Used by one thread.
 */
public final class Applier {
    private final StateMachine machine;
    private final KvStore store;
    private final StateView view;
    private final OutcomeMemory outcomes;

    /** An applier that takes up where the store stands. */
    public Applier(StateMachine machine, KvStore store) {
        this.machine = machine;
        this.store = store;
        this.view = store.live();
        this.outcomes = new OutcomeMemory(view);
    }

    /** The index of the last applied entry; those up to it must not be applied again. */
    public long appliedIndex() {
        return store.appliedIndex();
    }

    /**
     * Applies the entry at an index above {@link #appliedIndex}. Gives the command's outcome, or that of its first
     * arrival; empty where that is no longer remembered. An exception is a bug or a broken disk: the replica must halt.
     */
    public Optional<byte[]> apply(long index, LogEntry entry) {
        Proposal proposal = entry.proposal();
        boolean remembered = proposal.client() != 0;
        if (remembered && !outcomes.isNew(proposal)) {
            Optional<byte[]> first = outcomes.recall(proposal);
            if (first.isPresent() || outcomes.isForgotten(proposal)) {
                store.commit(index, List.of());
                return first;
            }
        }
        long previousNanos = LogClock.lastNanos(view);
        long timeNanos = Math.max(entry.timeNanos(), previousNanos);
        Decision decision = machine.decide(view, new ApplyContext(index, timeNanos), proposal.command());
        List<Mutation> mutations = new ArrayList<>(decision.mutations());
        mutations.add(LogClock.remember(timeNanos));
        outcomes.forgetSilentClients(previousNanos, timeNanos, mutations);
        if (remembered) {
            outcomes.remember(proposal, timeNanos, decision.outcome(), mutations);
        }
        store.commit(index, mutations);
        return Optional.of(decision.outcome());
    }
}
