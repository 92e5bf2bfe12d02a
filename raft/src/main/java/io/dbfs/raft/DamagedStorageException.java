package io.dbfs.raft;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of a replica does not hold what was written to it: what was acknowledged is no longer there. */
public final class DamagedStorageException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * One line for the person who has to deal with it.
     *
     * @param file what is damaged
     * @param detail what is wrong with it, and where
     */
    public DamagedStorageException(Path file, String detail) {
        super(file + " is damaged: " + detail);
    }

    /** The same, with the failure that showed it. */
    public DamagedStorageException(Path file, String detail, Throwable cause) {
        super(file + " is damaged: " + detail, cause);
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
