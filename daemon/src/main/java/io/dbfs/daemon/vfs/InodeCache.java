package io.dbfs.daemon.vfs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.dbfs.common.InodeId;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.Inode;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was last heard of inodes: identity from the supernode, contents from the home cluster, each believed for a time.
 * News that is older than what is known, by ctime and by version, changes nothing: a slow answer does not undo what a
 * later one told. Bounded; thread-safe.
 */
final class InodeCache {
    private static final long INODES_MAX = 65_536;

    private final Cache<InodeId, Known> inodes = Caffeine.newBuilder()
            .maximumSize(INODES_MAX)
            .executor(Runnable::run)
            .build();
    private final LongSupplier nanoTime;
    private final long validNanos;

    private record Known(
            Inode identity, long identityAtNanos, @Nullable FileAttributes contents, long contentsAtNanos) {}

    InodeCache(LongSupplier nanoTime, Duration validity) {
        this.nanoTime = nanoTime;
        this.validNanos = validity.toNanos();
    }

    /** The identity, when it was heard recently. */
    @Nullable
    Inode identity(InodeId inode) {
        Known known = inodes.getIfPresent(inode);
        return known != null && isFresh(known.identityAtNanos()) ? known.identity() : null;
    }

    /** The identity, however old: for what never changes, such as type and home cluster. */
    @Nullable
    Inode oldIdentity(InodeId inode) {
        Known known = inodes.getIfPresent(inode);
        return known == null ? null : known.identity();
    }

    /** The contents' attributes, when they were heard recently. */
    @Nullable
    FileAttributes contents(InodeId inode) {
        Known known = inodes.getIfPresent(inode);
        return known != null && isFresh(known.contentsAtNanos()) ? known.contents() : null;
    }

    private boolean isFresh(long atNanos) {
        return nanoTime.getAsLong() - atNanos < validNanos;
    }

    /** The supernode told this. Returns the newest known. */
    Inode heard(Inode news) {
        long now = nanoTime.getAsLong();
        Known known = inodes.asMap()
                .merge(
                        new InodeId(news.getId()),
                        // Contents never heard of are stale from the start.
                        new Known(news, now, null, now - validNanos),
                        (old, fresh) -> old.identity().getCtimeNanos() > news.getCtimeNanos()
                                ? old
                                : new Known(news, now, old.contents(), old.contentsAtNanos()));
        return known == null ? news : known.identity();
    }

    /** The home cluster told this. Forgotten when the inode is not known. */
    void heard(FileAttributes news) {
        long now = nanoTime.getAsLong();
        inodes.asMap().computeIfPresent(new InodeId(news.getInode()), (inode, old) -> {
            FileAttributes contents = old.contents();
            return contents != null && contents.getVersion() > news.getVersion()
                    ? old
                    : new Known(old.identity(), old.identityAtNanos(), news, now);
        });
    }

    /** The inode is gone or unknown. */
    void forget(InodeId inode) {
        inodes.invalidate(inode);
    }
}
