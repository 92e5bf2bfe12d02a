package io.dbfs.daemon.vfs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Which reads into the kernel's pages may be answered with less than they ask for. The kernel fills what is missing with zeros,
 * and takes the file for as short as that only if nothing has told it of the file since it sent the read
 * (fs/fuse/file.c, fuse_read_update_size): neither an invalidation, nor attributes, nor another short read. Otherwise it keeps
 * the size it knew, and a program that reads up to there gets zeros that nobody wrote.
 *
 * <p>So a short read of a file that another mount has made shorter is refused once. The kernel drops what it read ahead and
 * reads the first page that the program waits for again; that read was sent after the change was known, and is answered. The
 * pages of a refused read are locked until it is answered: a read of one of them is later. No page is refused twice in a row,
 * whatever has changed meanwhile, for of that the program would hear. Guarded by the lock of the file's {@link FileView}.
 */
final class ShortReads {
    private static final long PAGE_BYTES = 4096;
    /** Reads ahead of several programs; of more the oldest is refused again. */
    static final int REFUSED_MAX = 64;
    /** A page that a program waits for is read again within this time, also on a busy host. */
    static final long REREAD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final List<Refused> refused = new ArrayList<>();
    /** Where the kernel knows the file to end at the latest, and since which change. */
    private long shownEnd = Long.MAX_VALUE;

    private int shownChanges;

    /** A read of [from, to). */
    record Read(long from, long to) {}

    /**
     * @param read what of it was not read again
     * @param changes how often the file had been changed elsewhere when it was refused
     * @param nanos when that was
     */
    private record Refused(Read read, int changes, long nanos) {
        boolean holds(long offset) {
            return read.from <= offset && offset < read.to;
        }

        /** Whether this is the kernel reading a page again, and not reading ahead once more. */
        boolean isReread(Read again, long nowNanos) {
            return again.to - again.from <= PAGE_BYTES && nowNanos - nanos < REREAD_NANOS;
        }

        /** What is left when a part was read again: a program that waited for a page has it. */
        Refused after(long offset) {
            return new Refused(new Read(offset, read.to), changes, nanos - REREAD_NANOS);
        }
    }

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
    boolean admits(Read read, long end, int changes, boolean undisturbed, long nowNanos) {
        if (shownChanges == changes && shownEnd <= end) {
            return true;
        }
        for (int i = 0; i < refused.size(); i++) {
            Refused before = refused.get(i);
            if (before.holds(read.from)
                    && (undisturbed || before.changes == changes || before.isReread(read, nowNanos))) {
                refused.remove(i);
                if (read.to < before.read.to) {
                    refused.add(i, before.after(read.to));
                }
                shownEnd = end;
                shownChanges = changes;
                return true;
            }
        }
        return false;
    }

    /** The read is refused. */
    void refuse(Read read, int changes, long nowNanos) {
        refused.removeIf(before -> before.changes != changes && nowNanos - before.nanos >= REREAD_NANOS);
        if (refused.size() == REFUSED_MAX) {
            refused.remove(0);
        }
        refused.add(new Refused(read, changes, nowNanos));
    }

    /** A program here has made the file longer, and the kernel knows. */
    void extendedHere() {
        shownEnd = Long.MAX_VALUE;
    }
}
