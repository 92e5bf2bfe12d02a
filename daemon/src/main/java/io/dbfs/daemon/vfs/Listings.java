package io.dbfs.daemon.vfs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.watch.Coverage;
import io.dbfs.proto.DirectoryEntry;
import io.dbfs.proto.ReadDirectoryReply;
import org.jspecify.annotations.Nullable;

/** Pages of directories that nobody has changed since they were listed, without attributes. Bounded; thread-safe. */
final class Listings {
    /** About 65,000 names of 32 bytes. */
    private static final long BYTES_MAX = 10 << 20;
    /** What is kept for an entry beside its name. */
    private static final int ENTRY_BYTES = 128;

    private final Cache<Key, Page> pages = Caffeine.newBuilder()
            .maximumWeight(BYTES_MAX)
            .weigher((Key key, Page page) -> bytes(page.reply()))
            .executor(Runnable::run)
            .build();
    private final Validity validity;

    private record Key(InodeId directory, long after) {}

    private record Page(ReadDirectoryReply reply, long stamp) {}

    Listings(Validity validity) {
        this.validity = validity;
    }

    private static int bytes(ReadDirectoryReply reply) {
        int bytes = ENTRY_BYTES;
        for (DirectoryEntry entry : reply.getEntriesList()) {
            bytes += ENTRY_BYTES + entry.getName().size();
        }
        return bytes;
    }

    /** To be taken before asking, and given with the answer. */
    long stamp() {
        return validity.names().stamp();
    }

    /** This mount changed the directory. */
    void changed(InodeId directory) {
        validity.names().changed(Coverage.listingKey(directory));
    }

    /** The page of entries after a cookie, when it is right. */
    @Nullable
    ReadDirectoryReply get(InodeId directory, long after) {
        Page page = pages.getIfPresent(new Key(directory, after));
        return page != null && validity.holdsListing(directory, page.stamp()) ? page.reply() : null;
    }

    /** The supernode told this when asked at {@code stamp}. */
    void heard(long stamp, InodeId directory, long after, ReadDirectoryReply reply) {
        if (!validity.holdsListing(directory, stamp)) {
            return;
        }
        ReadDirectoryReply.Builder bare = reply.toBuilder();
        for (DirectoryEntry.Builder entry : bare.getEntriesBuilderList()) {
            entry.clearInode();
        }
        pages.put(new Key(directory, after), new Page(bare.build(), stamp));
    }
}
