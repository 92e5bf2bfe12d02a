package io.dbfs.daemon.vfs;

import io.dbfs.common.Attributes;
import io.dbfs.common.ClusterId;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.client.Clusters;
import io.dbfs.daemon.client.NamesClient;
import io.dbfs.fuse.AccessTimes;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.TouchInodesOperation;
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
 * When programs last read files, directories and symlinks through this mount: shown here at once, told to the clusters and
 * the supernode lazily and many at a time, so that reading costs no commit of its own. What is not told yet is lost with this process, as with lazytime(8).
 * Thread-safe.
 */
final class ReadTimes {
    private static final Logger LOG = LoggerFactory.getLogger(ReadTimes.class);
    /** Of relatime, Linux' fs/inode.c: an atime older than this is renewed. */
    private static final long OLD_NANOS = Duration.ofDays(1).toNanos();
    /** Told at the latest after this. */
    private static final Duration DELAY = Duration.ofSeconds(10);
    /** Inodes in one operation. */
    private static final int INODES_PER_OPERATION = 1_000;
    /** Inodes noted; beyond, what is read is told first, or not noted. */
    private static final int INODES_MAX = 65_536;
    /** In place of a cluster: the supernode keeps the times of what is not a regular file. */
    private static final int SUPERNODE = 0;

    private final AccessTimes files;
    private final AccessTimes directories;
    private final NamesClient names;
    private final Clusters clusters;
    private final InstantSource clock;
    private final Stats stats;
    private final ConcurrentMap<InodeId, Access> accesses = new ConcurrentHashMap<>();
    /** Held while clusters are told, so that a time a program sets comes after. */
    private final ReentrantLock telling = new ReentrantLock();

    private record Access(int home, long atimeNanos) {}

    /** {@code stats} hears what supernode and clusters answer. */
    ReadTimes(
            AccessTimes files,
            AccessTimes directories,
            NamesClient names,
            Clusters clusters,
            InstantSource clock,
            Stats stats) {
        this.files = files;
        this.directories = directories;
        this.names = names;
        this.clusters = clusters;
        this.clock = clock;
        this.stats = stats;
    }

    /** Tells supernode and clusters from now on, by {@code workers}. */
    void start(ScheduledExecutorService timer, ExecutorService workers) {
        if (files == AccessTimes.NEVER) {
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
        if (mayMatter(files, file.inode())) {
            Inode identity = file.identity();
            note(files, AttributeViews.merge(identity, file.contents()), identity.getHomeCluster());
        }
    }

    /** A program has listed a directory, or followed a symlink. */
    void read(Inode identity) {
        AccessTimes policy = identity.getType() == InodeType.DIRECTORY ? directories : files;
        if (mayMatter(policy, new InodeId(identity.getId()))) {
            note(policy, AttributeViews.merge(identity, FileAttributes.getDefaultInstance()), SUPERNODE);
        }
    }

    /** Whether reading may change something. */
    private boolean mayMatter(AccessTimes policy, InodeId inode) {
        return policy != AccessTimes.NEVER
                && accesses.size() < INODES_MAX
                && (policy == AccessTimes.STRICT || !accesses.containsKey(inode));
    }

    private void note(AccessTimes policy, Attributes attributes, int home) {
        long now = WriteServices.epochNanos(clock);
        if (policy == AccessTimes.STRICT || isDue(attributes, now)) {
            accesses.put(attributes.inode(), new Access(home, now));
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
        if (files == AccessTimes.NEVER) {
            return;
        }
        telling.lock();
        try {
            accesses.remove(inode);
        } finally {
            telling.unlock();
        }
    }

    /** Tells supernode and clusters everything noted; what cannot be told is forgotten. */
    void flush() {
        telling.lock();
        try {
            Map<Integer, List<Map.Entry<InodeId, Access>>> waiting = new HashMap<>();
            accesses.entrySet()
                    .forEach(entry -> waiting.computeIfAbsent(entry.getValue().home(), home -> new ArrayList<>())
                            .add(Map.entry(entry.getKey(), entry.getValue())));
            waiting.forEach((home, entries) -> {
                for (int from = 0; from < entries.size(); from += INODES_PER_OPERATION) {
                    tell(home, entries.subList(from, Math.min(entries.size(), from + INODES_PER_OPERATION)));
                }
            });
        } finally {
            telling.unlock();
        }
    }

    private void tell(int home, List<Map.Entry<InodeId, Access>> entries) {
        try {
            if (home == SUPERNODE) {
                tellSupernode(entries);
            } else {
                tellCluster(new ClusterId(home), entries);
            }
        } catch (FsException e) {
            LOG.warn("times of reading {} inodes were not kept: {}", entries.size(), e.getMessage());
        }
        // One read again meanwhile stays.
        entries.forEach(entry -> accesses.remove(entry.getKey(), entry.getValue()));
    }

    private void tellSupernode(List<Map.Entry<InodeId, Access>> entries) {
        TouchInodesOperation.Builder touch = TouchInodesOperation.newBuilder();
        entries.forEach(entry -> touch.addAccesses(TouchInodesOperation.Access.newBuilder()
                .setInode(entry.getKey().value())
                .setAtimeNanos(entry.getValue().atimeNanos())));
        long stamp = stats.stamp();
        names.execute(NameOperation.newBuilder().setTouch(touch).build())
                .getAlsoChangedList()
                .forEach(inode -> stats.heard(inode, stamp));
    }

    private void tellCluster(ClusterId home, List<Map.Entry<InodeId, Access>> entries) {
        TouchOperation.Builder touch = TouchOperation.newBuilder();
        entries.forEach(entry -> touch.addAccesses(TouchOperation.Access.newBuilder()
                .setInode(entry.getKey().value())
                .setAtimeNanos(entry.getValue().atimeNanos())));
        long stamp = stats.stamp(home);
        clusters.of(home)
                .execute(ContentsOperation.newBuilder().setTouch(touch).build())
                .getTouchedList()
                .forEach(file -> stats.heard(file, stamp));
    }
}
