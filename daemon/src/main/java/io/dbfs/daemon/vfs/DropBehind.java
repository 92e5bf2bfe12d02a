package io.dbfs.daemon.vfs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Optional;

/**
 * Follows the writes through one descriptor, and says which bytes of a long run the kernel need not keep in its page cache.
 * Whoever writes much from front to back reads it back late if at all; pages that are used again cost a fraction of those
 * taken anew, and what others read stays cached. Files that are not long stay as well. Thread-safe.
 */
final class DropBehind {
    /** A run that is no longer stays in the page cache whole. */
    static final long KEPT_BYTES = 32L << 20;
    /** What is dropped at once: few enough that the pages are still in the processor's lists, and its cache. */
    static final long STEP_BYTES = 8L << 20;

    @GuardedBy("this")
    private long start;

    @GuardedBy("this")
    private long end;

    @GuardedBy("this")
    private long dropped;

    /** So many bytes were written there; what may be dropped now, if anything. */
    synchronized Optional<Span> wrote(long offset, int count) {
        if (offset != end) {
            start = offset;
            dropped = offset;
        }
        end = offset + count;
        if (end - start <= KEPT_BYTES || end - dropped < STEP_BYTES) {
            return Optional.empty();
        }
        Span span = new Span(dropped, end - dropped);
        dropped = end;
        return Optional.of(span);
    }
}
