package io.dbfs.raft.runtime;

import io.dbfs.raft.Proposal;
import java.nio.ByteBuffer;

/**
 * A proposal as it stands in the log.
 *
 * @param timeNanos nanoseconds since the epoch by the clock of the leader that proposed it
 */
public record LogEntry(long timeNanos, Proposal proposal) {
    /** The first byte of an entry; another one is the mark of a newer version of this program. */
    private static final byte FORMAT = 1;

    private static final int HEADER_BYTES = 1 + 4 * Long.BYTES;

    /** Encodes the entry. */
    public ByteBuffer encode() {
        byte[] command = proposal.command();
        return ByteBuffer.allocate(HEADER_BYTES + command.length)
                .put(FORMAT)
                .putLong(timeNanos)
                .putLong(proposal.client())
                .putLong(proposal.sequence())
                .putLong(proposal.acknowledgedBelow())
                .put(command)
                .flip();
    }

    /** Decodes what is between the buffer's position and limit, and leaves the buffer as it was. */
    public static LogEntry decode(ByteBuffer encoded) {
        ByteBuffer in = encoded.duplicate();
        if (in.remaining() < HEADER_BYTES) {
            throw new IllegalArgumentException(
                    "log entry's bytes: " + in.remaining() + " (expected: >= " + HEADER_BYTES + ")");
        }
        byte format = in.get();
        if (format != FORMAT) {
            throw new IllegalArgumentException("log entry's format: " + format + " (expected: " + FORMAT + ")");
        }
        long timeNanos = in.getLong();
        long client = in.getLong();
        long sequence = in.getLong();
        long acknowledgedBelow = in.getLong();
        byte[] command = new byte[in.remaining()];
        in.get(command);
        return new LogEntry(timeNanos, new Proposal(client, sequence, acknowledgedBelow, command));
    }
}
