package io.dbfs.raft;

/**
 * A command with the identity under which its outcome is remembered.
 *
 * @param client who asks; 0: an idempotent command, whose outcome is not remembered
 * @param sequence counts up from 1 for each client
 * @param acknowledgedBelow the client has the outcomes of all its sequences below this one
 * @param command encoded by the machine's owner, at most {@link #COMMAND_BYTES_MAX}; handed over
 */
public record Proposal(long client, long sequence, long acknowledgedBelow, byte[] command) {
    /** What replicas send each other in one message holds a command of this size with its envelope. */
    public static final int COMMAND_BYTES_MAX = 8 << 20;

    public Proposal {
        if (command.length > COMMAND_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "command's bytes: " + command.length + " (expected: <= " + COMMAND_BYTES_MAX + ")");
        }
    }

    /** An idempotent command. */
    public static Proposal idempotent(byte[] command) {
        return new Proposal(0, 0, 0, command);
    }
}
