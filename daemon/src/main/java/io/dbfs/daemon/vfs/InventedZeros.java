package io.dbfs.daemon.vfs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The zeros that the kernel has made up in a file's pages: it fills the page in which a read ends at the file's end with them.
 * Told of a larger size it shows the size first and drops its pages second (fs/fuse/inode.c, fuse_change_attributes_i), and
 * who reads in between takes the zeros for data. So it is told no larger size until they are gone. Guarded by the lock of the
 * file's {@link FileView}.
 */
final class InventedZeros {
    private static final long PAGE_BYTES = 4096;
    private static final long NONE = Long.MAX_VALUE;
    /** A page that is being read from slow nodes stays as long as that takes, and a size must not be out of date for longer than this. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long from = NONE;
    private long to;
    private final List<Leaving> leaving = new ArrayList<>(1);
    private boolean toldLess;

    /** Zeros that are being taken out of the kernel's pages. */
    static final class Leaving {
        private final Span pages;
        private final CompletableFuture<Void> gone = new CompletableFuture<>();
        private final long sinceNanos;
        /** The largest size that the kernel may be told. */
        private long limit;

        private Leaving(long from, long to, long nowNanos) {
            long start = from / PAGE_BYTES * PAGE_BYTES;
            this.pages = new Span(start, to - start);
            this.limit = from;
            this.sinceNanos = nowNanos;
        }

        /** The pages that hold them. */
        Span pages() {
            return pages;
        }

        /** Complete once they are gone. */
        CompletableFuture<Void> gone() {
            return gone;
        }
    }

    /** The kernel asked for what is before {@code wanted} and got what is before {@code end}, where the file ends. */
    void made(long end, long wanted) {
        from = Math.min(from, end);
        to = Math.max(to, wanted);
    }

    /**
     * A program here has made the file reach to {@code end}, and the kernel goes by that: what it keeps before is what the
     * program wrote, or the zeros of a hole.
     */
    void extendedHere(long end) {
        if (from < end) {
            from = end < to ? end : NONE;
        }
        leaving.forEach(those -> those.limit = Math.max(those.limit, end));
    }

    /** Has those before {@code size} leave, if there are any; the caller sees to it, and says when they have {@link #left}. */
    @Nullable
    Leaving leave(long size, long nowNanos) {
        if (from >= size) {
            return null;
        }
        Leaving now = new Leaving(from, to, nowNanos);
        leaving.add(now);
        from = NONE;
        to = 0;
        return now;
    }

    /** These are gone. Returns whether the kernel was told of a smaller size than there is, for their sake. */
    boolean left(Leaving those) {
        leaving.remove(those);
        boolean told = toldLess;
        toldLess &= !leaving.isEmpty();
        return told;
    }

    /** The size that the kernel may be told of a file of this size; those before it are to {@link #leave} first. */
    long tellable(long size, long nowNanos) {
        long tellable = size;
        for (Leaving those : leaving) {
            if (nowNanos - those.sinceNanos < PATIENCE_NANOS) {
                tellable = Math.min(tellable, those.limit);
            }
        }
        toldLess |= tellable < size;
        return tellable;
    }

    /** Complete when all that are leaving now are gone. */
    CompletableFuture<Void> allGone() {
        return CompletableFuture.allOf(leaving.stream().map(Leaving::gone).toArray(CompletableFuture[]::new));
    }
}
