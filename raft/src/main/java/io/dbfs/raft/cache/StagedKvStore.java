package io.dbfs.raft.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.raft.KvStore;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store whose last commit is written a moment later: its entry is in the log of a majority, so whoever waits for its
 * outcome need not wait for that as well. Who looks at the state meanwhile writes it first, and so sees what he was told
 * of; nobody waits for another thread, that may wait for him.
 */
public final class StagedKvStore extends ForwardingKvStore {
    /** Its index is above that of the store. Written under the lock. */
    private volatile @Nullable Commit staged;

    private record Commit(long index, List<Mutation> mutations) {}

    /** Takes over a store. */
    public StagedKvStore(KvStore store) {
        super(store);
    }

    @Override
    public long appliedIndex() {
        Commit last = staged;
        return last == null ? store.appliedIndex() : last.index();
    }

    /** To be followed by {@link #settle} before the next use of {@link #live}. */
    @Override
    public synchronized void commit(long index, List<Mutation> mutations) {
        long applied = appliedIndex();
        if (index <= applied) {
            throw new IllegalArgumentException("index: " + index + " (expected: > " + applied + ")");
        }
        write();
        staged = new Commit(index, mutations);
    }

    /** Writes the last commit, when it is not written yet. Thread-safe. */
    public void settle() {
        if (staged != null) {
            writeStaged();
        }
    }

    private synchronized void writeStaged() {
        write();
    }

    @GuardedBy("this")
    private void write() {
        Commit last = staged;
        if (last != null) {
            store.commit(last.index(), last.mutations());
            staged = null;
        }
    }

    @Override
    public StateView view() {
        settle();
        return store.view();
    }

    @Override
    public void checkpoint(Path directory) throws IOException {
        settle();
        store.checkpoint(directory);
    }

    @Override
    public void restore(Path checkpoint) throws IOException {
        settle();
        store.restore(checkpoint);
    }
}
