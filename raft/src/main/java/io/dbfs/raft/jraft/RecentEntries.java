package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.entity.LogEntry;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries a log got last. With each batch that JRaft sends to a peer it asks for the term of the entry before it, which it
 * has let go of as soon as that was applied. Thread-safe.
 */
final class RecentEntries {
    private static final int ENTRIES_MAX = 64;
    private static final int BYTES_MAX = 256 << 10;

    @GuardedBy("this")
    private final Deque<LogEntry> entries = new ArrayDeque<>();

    @GuardedBy("this")
    private long bytes;

    /** The entry of an index, if it is one of them. */
    synchronized @Nullable LogEntry find(long index) {
        // Those asked for are the newest.
        var newestFirst = entries.descendingIterator();
        while (newestFirst.hasNext()) {
            LogEntry entry = newestFirst.next();
            if (entry.getId().getIndex() == index) {
                return entry;
            }
            if (entry.getId().getIndex() < index) {
                return null;
            }
        }
        return null;
    }

    /** Notes entries that follow those before, and that nobody changes any more. */
    synchronized void add(List<LogEntry> added) {
        for (LogEntry entry : added) {
            entries.add(entry);
            bytes += entry.estimatedSize();
        }
        while (entries.size() > ENTRIES_MAX || (bytes > BYTES_MAX && !entries.isEmpty())) {
            bytes -= entries.remove().estimatedSize();
        }
    }

    synchronized void clear() {
        entries.clear();
        bytes = 0;
    }
}
