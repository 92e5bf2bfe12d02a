package io.dbfs.daemon.vfs;

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

    private record Known(Statistics statistics, long atNanos) {}

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
        known = new Known(statistics, now);
        return statistics;
    }
}
