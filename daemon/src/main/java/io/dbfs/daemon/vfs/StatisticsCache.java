package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.daemon.client.NamesClient;
import io.dbfs.fuse.FileSystem.Statistics;
import io.dbfs.proto.StatFilesystemReply;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** statvfs(3), asked for at most once a second. Thread-safe. */
final class StatisticsCache {
    private static final long VALID_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final NamesClient names;
    private final LongSupplier nanoTime;
    private volatile @Nullable Known known;

    private record Known(Statistics statistics, boolean partial, long atNanos) {}

    StatisticsCache(NamesClient names, LongSupplier nanoTime) {
        this.names = names;
        this.nanoTime = nanoTime;
    }

    Statistics get() {
        long now = nanoTime.getAsLong();
        Known last = known;
        if (last != null && now - last.atNanos() < VALID_NANOS) {
            return last.statistics();
        }
        StatFilesystemReply reply = names.statFilesystem();
        Statistics statistics = new Statistics(reply.getTotalBytes(), reply.getFreeBytes(), reply.getInodes());
        if (reply.getPartial() && last != null && !last.partial()) {
            // A new leader of the supernode has not been told by every node yet.
            statistics = last.statistics();
        }
        known = new Known(statistics, reply.getPartial(), now);
        return statistics;
    }

    /** Whether the supernode has been told by every node, and there is one; asks. */
    boolean isComplete() {
        StatFilesystemReply reply = names.statFilesystem();
        return !reply.getPartial() && reply.getTotalBytes() > 0;
    }

    /** Whether contents of deleted files are still to be released; asks. */
    boolean isReleasing() {
        try {
            return names.statFilesystem().getReleasing();
        } catch (FsException e) {
            if (e.errno() == Errno.EINTR) {
                throw e;
            }
            // Full is full as far as this mount can tell.
            return false;
        }
    }
}
