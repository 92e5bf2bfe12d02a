package io.dbfs.raft;

/**
 * What a command may know of the moment it is applied; all of it from the log, the same on every replica.
 *
 * @param index the command's index, at least 1, strictly increasing
 * @param timeNanos nanoseconds since the epoch by the clock of the leader that proposed it; never decreasing
 */
public record ApplyContext(long index, long timeNanos) {}
