package io.dbfs.daemon.vfs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.daemon.watch.Coverage;
import org.jspecify.annotations.Nullable;

/**
 * Which inode a name leads to, or that it leads nowhere: listing a directory and then looking at each entry asks once.
 * Bounded; thread-safe.
 */
final class EntryCache {
    private static final long ENTRIES_MAX = 65_536;

    private final Cache<Key, Known> entries = Caffeine.newBuilder()
            .maximumSize(ENTRIES_MAX)
            .executor(Runnable::run)
            .build();
    private final Validity validity;

    private record Key(InodeId parent, Name name) {}

    private record Known(Target target, long stamp, long heardNanos) {}

    /** Where a name leads; nowhere when {@code inode} is null. */
    record Target(@Nullable InodeId inode) {
        static final Target NOWHERE = new Target(null);
    }

    EntryCache(Validity validity) {
        this.validity = validity;
    }

    /** Where the name leads, when that is known and believed. */
    @Nullable
    Target get(InodeId parent, Name name) {
        Known known = entries.getIfPresent(new Key(parent, name));
        return known != null && validity.holdsEntry(parent, name, known.stamp(), known.heardNanos())
                ? known.target()
                : null;
    }

    /** For how long the kernel may believe what {@link #get} tells now; 0 when it tells nothing. */
    long forKernelNanos(InodeId parent, Name name) {
        return get(parent, name) == null ? 0 : validity.entryForKernelNanos();
    }

    /** To be taken before asking, and given with the answer. */
    long stamp() {
        return validity.names().stamp();
    }

    /** What was asked for at {@code stamp}. */
    void heard(long stamp, InodeId parent, Name name, Target target) {
        Known news = new Known(target, stamp, validity.nowNanos());
        entries.asMap().merge(new Key(parent, name), news, (old, latest) -> old.stamp() > stamp ? old : latest);
    }

    /** This mount made the name lead to {@code target}, which was asked for at {@code stamp}. */
    void changed(long stamp, InodeId parent, Name name, Target target) {
        long after = validity.names().changedHere(stamp, Coverage.entryKey(parent, name));
        heard(after, parent, name, target);
    }

    /** This mount may have changed the name, and does not know. */
    void forget(InodeId parent, Name name) {
        validity.names().changed(Coverage.entryKey(parent, name));
        validity.names().changed(Coverage.listingKey(parent));
    }
}
