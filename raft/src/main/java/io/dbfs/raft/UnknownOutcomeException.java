package io.dbfs.raft;

/** The command may or may not have been applied: leadership was lost, or the replica stops. Has no stack trace. */
public final class UnknownOutcomeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnknownOutcomeException(String message) {
        super(message, null, false, false);
    }
}
