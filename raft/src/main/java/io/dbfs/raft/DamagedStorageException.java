package io.dbfs.raft;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of a replica does not hold what was written to it: what was acknowledged is no longer there. */
public final class DamagedStorageException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final String message;

    /**
     * One line for the person who has to deal with it.
     *
     * @param file what is damaged
     * @param detail what is wrong with it, and where
     */
    public DamagedStorageException(Path file, String detail) {
        this.file = file.toString();
        this.message = file + " is damaged: " + detail;
    }

    /** The same, with the failure that showed it. */
    public DamagedStorageException(Path file, String detail, Throwable cause) {
        super(cause);
        this.file = file.toString();
        this.message = file + " is damaged: " + detail;
    }

    @Override
    public String getMessage() {
        return message;
    }

    /** Whether what is damaged is a directory or in it. */
    public boolean isIn(Path directory) {
        return Path.of(file).startsWith(directory);
    }

    /** The damage that a failure came from; null when it came from something else. */
    public static @Nullable DamagedStorageException in(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DamagedStorageException damage) {
                return damage;
            }
        }
        return null;
    }
}
