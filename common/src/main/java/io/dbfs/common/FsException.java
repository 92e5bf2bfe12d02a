package io.dbfs.common;

/**
 * An expected failure of a filesystem operation, carried to whoever asked as an {@link Errno}. It has no stack trace:
 * ENOENT is an answer, not a fault of the program.
 */
public final class FsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    /** A failure explained by its errno alone. */
    public FsException(Errno errno) {
        this(errno, errno.name());
    }

    /** A failure with a message for a log line. */
    public FsException(Errno errno, String message) {
        super(message, null, false, false);
        this.errno = errno;
    }

    /** A failure with what led to it. */
    public FsException(Errno errno, String message, Throwable cause) {
        super(message, cause, false, false);
        this.errno = errno;
    }

    /** What the program sees. */
    public Errno errno() {
        return errno;
    }
}
