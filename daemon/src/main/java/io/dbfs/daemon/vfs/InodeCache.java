package io.dbfs.daemon.vfs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.dbfs.common.ClusterId;
import io.dbfs.common.InodeId;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What was last heard of inodes: identity from the supernode, contents from the home cluster, each believed as
 * {@link Validity} says. News that is older than what is known, by ctime and by version, changes nothing: a slow answer
 * does not undo what a later one told. Bounded; thread-safe.
 */
final class InodeCache {
    private static final long INODES_MAX = 65_536;
    /** A new file is known to be empty, but its cluster does not know who to tell that another mount has written it. */
    private static final long UNTOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    private final Cache<InodeId, Known> inodes = Caffeine.newBuilder()
            .maximumSize(INODES_MAX)
            .executor(Runnable::run)
            .build();
    private final Validity validity;

    private record Known(
            Inode identity,
            long stamp,
            long heardNanos,
            @Nullable Contents contents) {
        Known with(Contents news) {
            return new Known(identity, stamp, heardNanos, news);
        }

        ClusterId home() {
            return new ClusterId(identity.getHomeCluster());
        }

        boolean hasContents() {
            return identity.getType() == InodeType.REGULAR && identity.getHomeCluster() != 0;
        }
    }

    /** @param told the cluster tells this mount when they change */
    private record Contents(FileAttributes attributes, long stamp, long heardNanos, boolean told) {}

    InodeCache(Validity validity) {
        this.validity = validity;
    }

    /** To be taken before asking the supernode, and given with the answer. */
    long stamp() {
        return validity.names().stamp();
    }

    /** To be taken before asking a cluster, and given with the answer. */
    long stamp(ClusterId cluster) {
        return validity.contents(cluster).stamp();
    }

    /** The identity, when it is believed. */
    @Nullable
    Inode identity(InodeId inode) {
        Known known = inodes.getIfPresent(inode);
        return known != null && holdsIdentity(inode, known) ? known.identity() : null;
    }

    /** The identity, however old: for what never changes, such as type and home cluster. */
    @Nullable
    Inode oldIdentity(InodeId inode) {
        Known known = inodes.getIfPresent(inode);
        return known == null ? null : known.identity();
    }

    /** The contents' attributes, when they are believed. */
    @Nullable
    FileAttributes contents(InodeId inode) {
        Known known = inodes.getIfPresent(inode);
        Contents contents = known == null ? null : known.contents();
        return known != null && contents != null && holdsContents(inode, known, contents)
                ? contents.attributes()
                : null;
    }

    /** The contents' attributes, when no other mount can have changed them: good enough to open the file by. */
    @Nullable
    FileAttributes certainContents(InodeId inode) {
        Known known = inodes.getIfPresent(inode);
        Contents contents = known == null ? null : known.contents();
        return known != null
                        && contents != null
                        && contents.told()
                        && holdsContents(inode, known, contents)
                        && validity.contents(known.home()).isAlive()
                ? contents.attributes()
                : null;
    }

    /** For how long the kernel may believe the attributes; 0 when they are not all believed here. Nanoseconds. */
    long forKernelNanos(InodeId inode) {
        Known known = inodes.getIfPresent(inode);
        if (known == null || !holdsIdentity(inode, known)) {
            return 0;
        }
        long nanos = validity.attributesForKernelNanos(validity.names());
        if (!known.hasContents()) {
            return nanos;
        }
        Contents contents = known.contents();
        if (contents == null || !holdsContents(inode, known, contents)) {
            return 0;
        }
        long contentsNanos = validity.attributesForKernelNanos(validity.contents(known.home()));
        return Math.min(nanos, contents.told() ? contentsNanos : Math.min(UNTOLD_NANOS, contentsNanos));
    }

    private boolean holdsIdentity(InodeId inode, Known known) {
        return validity.holdsIdentity(inode, known.stamp(), known.heardNanos());
    }

    private boolean holdsContents(InodeId inode, Known known, Contents contents) {
        return known.hasContents()
                && validity.holdsContents(known.home(), inode, contents.stamp(), contents.heardNanos())
                && (contents.told() || validity.nowNanos() - contents.heardNanos() < UNTOLD_NANOS);
    }

    /** The supernode told this when asked at {@code stamp}. Returns the newest known. */
    Inode heard(Inode news, long stamp) {
        long now = validity.nowNanos();
        Known known = inodes.asMap()
                .merge(
                        new InodeId(news.getId()),
                        new Known(news, stamp, now, null),
                        (old, fresh) -> isOlder(news, stamp, old) ? old : new Known(news, stamp, now, old.contents()));
        return known == null ? news : known.identity();
    }

    private static boolean isOlder(Inode news, long stamp, Known old) {
        long before = old.identity().getCtimeNanos();
        return before > news.getCtimeNanos() || (before == news.getCtimeNanos() && old.stamp() > stamp);
    }

    /** The home cluster told this when asked at {@code stamp}. Forgotten when the inode is not known. */
    void heard(FileAttributes news, long stamp) {
        heard(new Contents(news, stamp, validity.nowNanos(), true));
    }

    /** A file that was just made is empty. */
    void isNew(Inode identity) {
        FileAttributes empty =
                FileAttributes.newBuilder().setInode(identity.getId()).build();
        long stamp = stamp(new ClusterId(identity.getHomeCluster()));
        heard(new Contents(empty, stamp, validity.nowNanos(), false));
    }

    private void heard(Contents news) {
        inodes.asMap().computeIfPresent(new InodeId(news.attributes().getInode()), (inode, known) -> {
            Contents old = known.contents();
            return old != null && isOlder(news, old) ? known : known.with(news);
        });
    }

    private static boolean isOlder(Contents news, Contents old) {
        long before = old.attributes().getVersion();
        long now = news.attributes().getVersion();
        return before > now || (before == now && old.stamp() > news.stamp());
    }

    /** The inode is gone or unknown. */
    void forget(InodeId inode) {
        inodes.invalidate(inode);
    }
}
