package io.dbfs.raft;

import java.util.Optional;

/**
 * The state as of one index, however it changes meanwhile. Keys order as unsigned bytes. Safe for use by one thread at
 * a time; close it soon, for it pins what it sees.
 */
public interface StateView extends AutoCloseable {
    /** The index of the last command whose mutations are seen. */
    long index();

    /** The value of a key. The array is the caller's. */
    Optional<byte[]> get(byte[] key);

    /**
     * Visits the keys that begin with {@code prefix} and are at or after {@code from}, in order.
     *
     * @param from begins with {@code prefix}; the prefix itself starts at its first key
     */
    void scan(byte[] prefix, byte[] from, Visitor visitor);

    @Override
    void close();

    /** Takes keys and values while it wants more. */
    @FunctionalInterface
    interface Visitor {
        /** Takes one pair, whose arrays are the visitor's; false ends the scan. */
        boolean visit(byte[] key, byte[] value);
    }
}
