package io.dbfs.raft.log;

import java.nio.ByteBuffer;

/**
 * An entry of a replicated log, as it is stored.
 *
 * @param index at least 1; one more than that of the record before
 * @param term at least that of the record before
 * @param kind what the bytes are, which the log's owner knows
 * @param bytes what remains in the buffer, whose position nobody moves
 */
public record LogRecord(long index, long term, int kind, ByteBuffer bytes) {}
