package io.dbfs.raft.jraft;

/** How a leader makes sure, before a read, that it still leads. */
public enum ReadMode {
    /**
     * By the time since a majority last heard of it. Costs nothing, and trusts that the hosts' clocks run at the same
     * rate, within a tenth of the election timeout.
     */
    LEASE,
    /** By asking a majority, one round trip for each batch of reads. Trusts no clock. */
    READ_INDEX
}
