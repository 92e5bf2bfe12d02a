package io.dbfs.daemon.vfs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.daemon.watch.Coverage;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which inode a name leads to, or that it leads nowhere: listing a directory and then looking at each entry asks once.
 * Bounded; thread-safe.
 */
final class EntryCache {
    /** About 65,000 names of 32 bytes. A name may be eight times as long, and the heap is no longer for it. */
    private static final long BYTES_MAX = 16 << 20;
    /** What is kept for an entry beside its name: objects of the cache and of this class. */
    private static final int ENTRY_BYTES = 220;
    /** Of files with more names some will be looked up late. */
    private static final int NAMES_OF_INODE_MAX = 16;

    private final Cache<Key, Known> entries = Caffeine.newBuilder()
            .maximumWeight(BYTES_MAX)
            .weigher((Key key, Known known) -> bytes(key))
            .executor(Runnable::run)
            .build();
    private final Validity validity;
    /** Names that led to an inode. */
    private final Cache<InodeId, List<Key>> names = Caffeine.newBuilder()
            .maximumWeight(BYTES_MAX)
            .weigher((InodeId inode, List<Key> keys) ->
                    keys.stream().mapToInt(EntryCache::bytes).sum())
            .executor(Runnable::run)
            .build();

    /** A name in a directory. */
    record Key(InodeId parent, Name name) {}

    private record Known(Target target, long stamp, long heardNanos) {}

    /** Where a name leads; nowhere when {@code inode} is null. */
    record Target(@Nullable InodeId inode) {
        static final Target NOWHERE = new Target(null);
    }

    EntryCache(Validity validity) {
        this.validity = validity;
    }

    private static int bytes(Key key) {
        return ENTRY_BYTES + key.name().length();
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
        Key key = new Key(parent, name);
        entries.asMap().merge(key, news, (old, latest) -> old.stamp() > stamp ? old : latest);
        if (target.inode() != null) {
            names.asMap().merge(target.inode(), List.of(key), (old, added) -> old.contains(key) ? old : with(old, key));
        }
    }

    private static List<Key> with(List<Key> keys, Key added) {
        int kept = Math.min(keys.size(), NAMES_OF_INODE_MAX - 1);
        return Stream.concat(keys.subList(keys.size() - kept, keys.size()).stream(), Stream.of(added))
                .toList();
    }

    /** Names that led to the inode, as far as they are known. */
    List<Key> namesOf(InodeId inode) {
        List<Key> known = names.getIfPresent(inode);
        return known == null ? List.of() : known;
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
