package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.LeaderChangeContext;
import com.alipay.sofa.jraft.entity.RaftOutter.SnapshotMeta;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import io.dbfs.raft.ReplicatedGroup.Member;
import io.dbfs.raft.StateMachine;
import io.dbfs.raft.cache.StagedKvStore;
import io.dbfs.raft.runtime.Applier;
import io.dbfs.raft.runtime.LogEntry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What JRaft drives: applies the log to the store, saves and loads snapshots. JRaft calls it from one thread. */
final class Replica extends StateMachineAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    private final String name;
    private final StagedKvStore store;
    private final Applier applier;
    private final LeadershipPublisher leadership;
    private final Executor background;
    private final ApplyPace pace;
    private final Consumer<List<Member>> membersChanged;

    /**
     * Takes up where the store stands.
     *
     * @param name of group and replica, for log lines
     * @param nanoTime a clock that only runs forward
     * @param membersChanged is told the members after each change
     */
    Replica(
            String name,
            StateMachine machine,
            StagedKvStore store,
            LeadershipPublisher leadership,
            Executor background,
            LongSupplier nanoTime,
            Consumer<List<Member>> membersChanged) {
        this.name = name;
        this.store = store;
        this.applier = new Applier(machine, store);
        this.leadership = leadership;
        this.background = background;
        this.pace = new ApplyPace(nanoTime);
        this.membersChanged = membersChanged;
    }

    @Override
    public void onApply(Iterator entries) {
        if (!leadership.now().leads()) {
            pace.await();
        }
        long first = entries.getIndex();
        while (entries.hasNext()) {
            try {
                apply(entries);
            } catch (RuntimeException e) {
                LOG.error("apply {}: halts at index {}", name, entries.getIndex(), e);
                leadership.fail("applying failed at index " + entries.getIndex(), e);
                entries.setErrorAndRollback(1, new Status(RaftError.ESTATEMACHINE, "the state machine failed: " + e));
                return;
            }
            entries.next();
        }
        pace.applied(entries.getIndex() - first);
    }

    /** Checkpoints here, where nothing is applied meanwhile, and leaves what takes longer to another thread. */
    @Override
    public void onSnapshotSave(SnapshotWriter writer, Closure done) {
        try {
            store.checkpoint(SnapshotFiles.checkpoint(writer.getPath()));
            background.execute(() -> finishSnapshot(writer, done));
        } catch (IOException | RuntimeException e) {
            failSnapshot(done, e);
        }
    }

    /** Keeps a store that is newer: at start JRaft brings its last snapshot, whatever the store has outlived. */
    @Override
    public boolean onSnapshotLoad(SnapshotReader reader) {
        SnapshotMeta meta = reader.load();
        long snapshotIndex = meta.getLastIncludedIndex();
        if (store.appliedIndex() >= snapshotIndex) {
            return true;
        }
        LOG.info("load snapshot {}: from index {} to {}", name, store.appliedIndex(), snapshotIndex);
        try {
            store.restore(SnapshotFiles.checkpoint(reader.getPath()));
            return true;
        } catch (IOException e) {
            LOG.error("load snapshot {}: halts, index {}", name, snapshotIndex, e);
            leadership.fail("loading the snapshot of index " + snapshotIndex + " failed", e);
            return false;
        }
    }

    @Override
    public void onLeaderStart(long term) {
        LOG.info("lead {}: term {}", name, term);
        leadership.lead(term);
    }

    @Override
    public void onLeaderStop(Status status) {
        LOG.info("stop leading {}: {}", name, status.getErrorMsg());
        leadership.lose();
    }

    @Override
    public void onStartFollowing(LeaderChangeContext context) {
        leadership.follow(Peers.address(context.getLeaderId()), context.getTerm());
    }

    @Override
    public void onStopFollowing(LeaderChangeContext context) {
        leadership.lose();
    }

    @Override
    public void onError(RaftException error) {
        LOG.error("replicate {}: halts: {}", name, error.getStatus());
        leadership.fail(error.getStatus().getErrorMsg(), error);
    }

    @Override
    public void onConfigurationCommitted(Configuration configuration) {
        membersChanged.accept(Peers.members(configuration));
    }

    @Override
    public void onShutdown() {
        leadership.halt();
    }

    private void apply(Iterator entries) {
        if (EmptyEntries.isEmpty(entries.getData())) {
            return;
        }
        long index = entries.getIndex();
        if (index <= applier.appliedIndex()) {
            skip(index, entries.done());
            return;
        }
        Optional<byte[]> outcome = applier.apply(index, LogEntry.decode(entries.getData()));
        if (entries.done() instanceof PendingProposal pending) {
            pending.applied(outcome);
        }
        // After the answer: the log has the entry, and who comes to look is shown it.
        store.settle();
    }

    /** Passes over an entry that was replayed from the last snapshot onto a store that is newer. */
    private void skip(long index, @Nullable Closure proposal) {
        if (proposal != null) {
            throw new IllegalStateException("the store is at index " + applier.appliedIndex()
                    + ", but its log is new at index " + index + " (expected: a log and a store that belong together)");
        }
    }

    private void finishSnapshot(SnapshotWriter writer, Closure done) {
        try {
            SnapshotFiles.addTo(writer);
        } catch (IOException | RuntimeException e) {
            failSnapshot(done, e);
            return;
        }
        done.run(Status.OK());
    }

    /** The log stays as long as it is; the next snapshot may fare better. */
    private void failSnapshot(Closure done, Exception cause) {
        LOG.error("save snapshot {}: failed", name, cause);
        // JRaft would halt the replica for EIO.
        done.run(new Status(RaftError.EINTERNAL, "cannot save the snapshot: " + cause.getMessage()));
    }
}
