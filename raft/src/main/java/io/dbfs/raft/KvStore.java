package io.dbfs.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The state of one replica on its disk. One thread at a time commits; any may take views. After a crash the store holds
 * the state as of some index at or before the last committed one, never a part of a commit.
 */
public interface KvStore extends AutoCloseable {
    /** The index of the last commit, 0 for a new store. */
    long appliedIndex();

    /** Applies mutations, in order, and the index at once. {@code index} is above {@link #appliedIndex}. */
    void commit(long index, List<Mutation> mutations);

    /** The state as it is now. */
    StateView view();

    /**
     * The state as it is at each call, without the cost of holding it still: for the committing thread alone, between
     * commits. Its {@code close} does nothing, and it stays valid across {@link #restore}.
     */
    StateView live();

    /** Writes a copy of the state into a directory that does not exist yet; durable when this returns. */
    void checkpoint(Path directory) throws IOException;

    /**
     * Replaces the state by a checkpoint, which stays as it is. Views taken before keep what they saw. Where it fails,
     * the state is as before.
     */
    void restore(Path checkpoint) throws IOException;

    /**
     * Ends the store. What is used afterwards, a view still open included, throws {@link IllegalStateException}; a view
     * still open is closed by its owner all the same.
     */
    @Override
    void close();
}
