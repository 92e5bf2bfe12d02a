package io.dbfs.daemon.vfs;

import io.dbfs.common.Attributes;
import io.dbfs.common.ClusterId;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.client.Clusters;
import io.dbfs.fuse.AccessTimes;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.Inode;
import io.dbfs.proto.TouchOperation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When programs last read files through this mount: shown here at once, told to the clusters lazily and many at a time,
 * so that reading costs no commit of its own. What is not told yet is lost with this process, as with lazytime(8).
 * Thread-safe.
 */
final class ReadTimes {
    private static final Logger LOG = LoggerFactory.getLogger(ReadTimes.class);
    /** Of relatime, Linux' fs/inode.c: an atime older than this is renewed. */
    private static final long OLD_NANOS = Duration.ofDays(1).toNanos();
    /** Told at the latest after this. */
    private static final Duration DELAY = Duration.ofSeconds(10);
    /** Files in one operation. */
    private static final int FILES_PER_OPERATION = 1_000;
    /** Files noted; beyond, what is read is told first, or not noted. */
    private static final int FILES_MAX = 65_536;

    private final AccessTimes policy;
    private final Clusters clusters;
    private final InstantSource clock;
    private final Stats stats;
    private final ConcurrentMap<InodeId, Access> accesses = new ConcurrentHashMap<>();
    /** Held while clusters are told, so that a time a program sets comes after. */
    private final ReentrantLock telling = new ReentrantLock();

    private record Access(ClusterId home, long atimeNanos) {}

    /** {@code stats} hears what clusters answer. */
    ReadTimes(AccessTimes policy, Clusters clusters, InstantSource clock, Stats stats) {
        this.policy = policy;
        this.clusters = clusters;
        this.clock = clock;
        this.stats = stats;
    }

    /** Tells the clusters from now on, by {@code workers}. */
    void start(ScheduledExecutorService timer, ExecutorService workers) {
        if (policy == AccessTimes.NEVER) {
            return;
        }
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        workers.execute(this::flush);
                    } catch (RejectedExecutionException e) {
                        LOG.debug("times of reading wait for the end of the mount");
                    }
                },
                DELAY.toMillis(),
                DELAY.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** A program has read from an open file. */
    void read(OpenFile file) {
        if (policy == AccessTimes.NEVER
                || accesses.size() >= FILES_MAX
                || (policy == AccessTimes.RELATIVE && accesses.containsKey(file.inode()))) {
            return;
        }
        Inode identity = file.identity();
        long now = WriteServices.epochNanos(clock);
        if (policy == AccessTimes.STRICT || isDue(AttributeViews.merge(identity, file.contents()), now)) {
            accesses.put(file.inode(), new Access(new ClusterId(identity.getHomeCluster()), now));
        }
    }

    private static boolean isDue(Attributes attributes, long now) {
        long atime = attributes.atimeNanos();
        return atime <= attributes.mtimeNanos() || atime <= attributes.ctimeNanos() || now - atime >= OLD_NANOS;
    }

    /** The attributes with what is not told yet. */
    Attributes shown(Attributes attributes) {
        Access access = accesses.get(attributes.inode());
        return access == null || access.atimeNanos() <= attributes.atimeNanos()
                ? attributes
                : attributes.withAtimeNanos(access.atimeNanos());
    }

    /** A program sets the atime itself: nothing noted before will change it. */
    void forget(InodeId inode) {
        if (policy == AccessTimes.NEVER) {
            return;
        }
        telling.lock();
        try {
            accesses.remove(inode);
        } finally {
            telling.unlock();
        }
    }

    /** Tells the clusters everything noted; what cannot be told is forgotten. */
    void flush() {
        telling.lock();
        try {
            Map<ClusterId, List<Map.Entry<InodeId, Access>>> waiting = new HashMap<>();
            accesses.entrySet()
                    .forEach(entry -> waiting.computeIfAbsent(entry.getValue().home(), home -> new ArrayList<>())
                            .add(Map.entry(entry.getKey(), entry.getValue())));
            waiting.forEach((home, entries) -> {
                for (int from = 0; from < entries.size(); from += FILES_PER_OPERATION) {
                    tell(home, entries.subList(from, Math.min(entries.size(), from + FILES_PER_OPERATION)));
                }
            });
        } finally {
            telling.unlock();
        }
    }

    private void tell(ClusterId home, List<Map.Entry<InodeId, Access>> entries) {
        TouchOperation.Builder touch = TouchOperation.newBuilder();
        entries.forEach(entry -> touch.addAccesses(TouchOperation.Access.newBuilder()
                .setInode(entry.getKey().value())
                .setAtimeNanos(entry.getValue().atimeNanos())));
        long stamp = stats.stamp(home);
        try {
            clusters.of(home)
                    .execute(ContentsOperation.newBuilder().setTouch(touch).build())
                    .getTouchedList()
                    .forEach(file -> stats.heard(file, stamp));
        } catch (FsException e) {
            LOG.warn("times of reading {} files were not kept: {}", entries.size(), e.getMessage());
        }
        // One read again meanwhile stays.
        entries.forEach(entry -> accesses.remove(entry.getKey(), entry.getValue()));
    }
}
