package io.dbfs.fuse.jnr;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.FileSystem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which inode a name leads to, for as long as the filesystem said. Each remembered entry holds the reference
 * that its lookup counted; it goes back to the filesystem when the entry is dropped and nobody uses it any more.
 */
final class PathCache {
    private final FileSystem fileSystem;
    private final LongSupplier nanoClock;
    private final int maxEntries;

    @GuardedBy("this")
    private final Map<Key, Cached> entries = new LinkedHashMap<>(16, 0.75f, true);

    PathCache(FileSystem fileSystem, LongSupplier nanoClock, int maxEntries) {
        this.fileSystem = fileSystem;
        this.nanoClock = nanoClock;
        this.maxEntries = maxEntries;
    }

    /** The inode of a name, pinned; nothing when it is not known or no longer valid. */
    synchronized Optional<Located> find(InodeId parent, Name name) {
        Cached cached = entries.get(new Key(parent, name));
        if (cached == null || cached.validUntilNanos - nanoClock.getAsLong() <= 0) {
            return Optional.empty();
        }
        cached.users++;
        return Optional.of(new Located(cached.inode, Optional.empty(), () -> drop(cached)));
    }

    /** Takes over the reference that the filesystem counted for an entry; the result is pinned. */
    Located install(InodeId parent, Name name, FileSystem.Entry entry) {
        InodeId inode = entry.attributes().inode();
        Cached cached = new Cached(inode, nanoClock.getAsLong() + entry.entryValidNanos());
        List<Cached> replaced = new ArrayList<>(2);
        if (entry.entryValidNanos() > 0) {
            put(new Key(parent, name), cached, replaced);
        }
        replaced.forEach(this::drop);
        return new Located(inode, Optional.of(entry.attributes()), () -> drop(cached));
    }

    private synchronized void put(Key key, Cached cached, List<Cached> replaced) {
        cached.users++;
        @Nullable Cached before = entries.put(key, cached);
        if (before != null) {
            replaced.add(before);
        }
        if (entries.size() > maxEntries) {
            var eldest = entries.entrySet().iterator();
            replaced.add(eldest.next().getValue());
            eldest.remove();
        }
    }

    /** Forgets a name that leads elsewhere now. */
    void invalidate(InodeId parent, Name name) {
        @Nullable Cached cached = remove(new Key(parent, name));
        if (cached != null) {
            drop(cached);
        }
    }

    private synchronized @Nullable Cached remove(Key key) {
        return entries.remove(key);
    }

    private void drop(Cached cached) {
        boolean unused;
        synchronized (this) {
            unused = --cached.users == 0;
        }
        if (unused) {
            fileSystem.forget(cached.inode, 1);
        }
    }

    private record Key(InodeId parent, Name name) {}

    private static final class Cached {
        private final InodeId inode;
        private final long validUntilNanos;
        /** Whoever installed or found it, and the map itself. */
        private int users = 1;

        Cached(InodeId inode, long validUntilNanos) {
            this.inode = inode;
            this.validUntilNanos = validUntilNanos;
        }
    }
}
