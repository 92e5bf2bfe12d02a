package io.dbfs.daemon.vfs;

import io.dbfs.common.FsException;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong when a file's data was written back. Every handle that was open then is told once, by its next write,
 * fsync or flush. Thread-safe.
 */
final class WriteErrors {
    private long count;
    private @Nullable FsException last;

    /** A handle's place: what it has been told. */
    static final class Cursor {
        private long told;
    }

    synchronized void add(FsException error) {
        count++;
        last = error;
    }

    /** How many there were until now. */
    synchronized long count() {
        return count;
    }

    /** Throws the last error when there were more than {@code known}, whether a handle was told of it or not. */
    synchronized void requireNoneSince(long known) {
        if (last != null && known < count) {
            throw last;
        }
    }

    /** The place of a handle opened now. */
    synchronized Cursor cursor() {
        Cursor cursor = new Cursor();
        cursor.told = count;
        return cursor;
    }

    /** Throws the last error this handle has not been told. */
    synchronized void check(Cursor cursor) {
        if (last != null && cursor.told < count) {
            cursor.told = count;
            throw last;
        }
    }
}
