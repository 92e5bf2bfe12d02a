package io.dbfs.fuse;

/** A mount that cannot be had; the message is one line for the person who asked for it. */
public final class MountException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A refusal explained by its message alone. */
    public MountException(String message) {
        super(message);
    }

    /** A refusal with what led to it. */
    public MountException(String message, Throwable cause) {
        super(message, cause);
    }
}
