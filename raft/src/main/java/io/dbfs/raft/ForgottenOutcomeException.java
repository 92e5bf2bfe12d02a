package io.dbfs.raft;

/**
 * A proposal whose outcome is no longer remembered: its client acknowledged it, or has since made more proposals than
 * are remembered. It was not applied now, and sending it again is of no use. Has no stack trace.
 */
public final class ForgottenOutcomeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ForgottenOutcomeException(long client, long sequence) {
        super("outcome forgotten; client: " + client + ", sequence: " + sequence, null, false, false);
    }
}
