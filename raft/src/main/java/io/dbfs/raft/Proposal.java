package io.dbfs.raft;

/**
 * A command with the identity under which its outcome is remembered.
 *
 * @param client who asks; 0: an idempotent command, whose outcome is not remembered
 * @param sequence counts up from 1 for each client
 * @param acknowledgedBelow the client has the outcomes of all its sequences below this one
 * @param command encoded by the machine's owner; handed over
 */
public record Proposal(long client, long sequence, long acknowledgedBelow, byte[] command) {
    /** An idempotent command. */
    public static Proposal idempotent(byte[] command) {
        return new Proposal(0, 0, 0, command);
    }
}
