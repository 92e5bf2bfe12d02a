package io.dbfs.daemon.vfs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which inode a name leads to, believed for a time: listing a directory and then looking at each entry asks once. Bounded;
 * thread-safe.
 */
final class EntryCache {
    private static final long ENTRIES_MAX = 65_536;

    private final Cache<Key, InodeId> entries;
    private final AtomicLong changes = new AtomicLong();

    private record Key(InodeId parent, Name name) {}

    EntryCache(LongSupplier nanoTime, Duration validity) {
        this.entries = Caffeine.newBuilder()
                .maximumSize(ENTRIES_MAX)
                .expireAfterWrite(validity)
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    @Nullable
    InodeId get(InodeId parent, Name name) {
        return entries.getIfPresent(new Key(parent, name));
    }

    /** To be taken before asking, and given with the answer. */
    long stamp() {
        return changes.get();
    }

    /** What was asked for since {@code stamp}; not believed when this mount changed a name meanwhile. */
    void heard(long stamp, InodeId parent, Name name, InodeId inode) {
        if (changes.get() == stamp) {
            entries.put(new Key(parent, name), inode);
        }
    }

    /** This mount made the name lead to {@code inode}. */
    void set(InodeId parent, Name name, InodeId inode) {
        changes.incrementAndGet();
        entries.put(new Key(parent, name), inode);
    }

    /** This mount removed the name, or tried to and does not know. */
    void forget(InodeId parent, Name name) {
        changes.incrementAndGet();
        entries.invalidate(new Key(parent, name));
    }
}
