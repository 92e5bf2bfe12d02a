package io.dbfs.daemon.vfs;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Which reads into the kernel's pages may be answered with less than they ask for. The kernel fills what is missing with zeros,
 * and takes the file for as short as that only if nothing has told it of the file since it sent the read
 * (fs/fuse/file.c, fuse_read_update_size): neither an invalidation, nor attributes, nor another short read. Otherwise it keeps
 * the size it knew, and a program that reads up to there gets zeros that nobody wrote.
 *
 * <p>So a short read of a file that another mount has made shorter is refused once. The kernel drops what it read ahead and
 * reads the first page that the program waits for again; that read was sent after the change was known, and is answered. The
 * pages of a refused read are locked until it is answered: a read of one of them is later. Guarded by the lock of the file's
 * {@link FileView}.
 */
final class ShortReads {
    private static final long PAGE_BYTES = 4096;
    /** Reads ahead of several programs; of more the oldest is refused again. */
    static final int REFUSED_MAX = 64;

    private final Deque<Refused> refused = new ArrayDeque<>();
    /** Where the kernel knows the file to end at the latest, and since which change. */
    private long shownEnd = Long.MAX_VALUE;

    private int shownChanges;

    /** A read of [from, to). */
    record Read(long from, long to) {}

    /** Refused when the file had been changed elsewhere this often. */
    private record Refused(Read read, int changes) {}

    /**
     * Whether a read that ends at {@code end}, where the file does, is one that the kernel makes of a file of that size.
     *
     * @param contested the file was changed elsewhere a moment ago, or since the read came
     */
    static boolean isOrdinary(Read read, long end, boolean contested) {
        return !contested && read.to <= (end + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    }

    /**
     * Whether a read that is not ordinary may end at {@code end}.
     *
     * @param changes how often the file was changed elsewhere
     * @param undisturbed the kernel was told nothing of the file since a read was refused
     */
    boolean admits(Read read, long end, int changes, boolean undisturbed) {
        if (shownChanges == changes && shownEnd <= end) {
            return true;
        }
        if (!wasRefused(read.from, changes, undisturbed)) {
            return false;
        }
        shownEnd = end;
        shownChanges = changes;
        return true;
    }

    /** The read is refused. */
    void refuse(Read read, int changes, boolean undisturbed) {
        refused.removeIf(before -> !undisturbed && before.changes != changes);
        if (refused.size() == REFUSED_MAX) {
            refused.removeFirst();
        }
        refused.addLast(new Refused(read, changes));
    }

    private boolean wasRefused(long offset, int changes, boolean undisturbed) {
        return refused.stream()
                .anyMatch(those -> (undisturbed || those.changes == changes)
                        && those.read.from <= offset
                        && offset < those.read.to);
    }

    /** A program here has made the file longer, and the kernel knows. */
    void extendedHere() {
        shownEnd = Long.MAX_VALUE;
    }
}
