package io.dbfs.daemon.vfs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.dbfs.common.InodeId;
import io.dbfs.proto.OpenReply;
import org.jspecify.annotations.Nullable;

/**
 * Extents and inline bytes of files that were opened, each of one version, so that opening a file again that nobody has
 * changed costs no request. Bounded by bytes; thread-safe.
 */
final class ContentMaps {
    private static final long BYTES_MAX = 8 << 20;
    /** What an entry takes beside its encoded size, roughly. */
    private static final int ENTRY_BYTES = 200;

    private final Cache<InodeId, OpenReply> maps = Caffeine.newBuilder()
            .maximumWeight(BYTES_MAX)
            .weigher((InodeId inode, OpenReply map) -> ENTRY_BYTES + map.getSerializedSize())
            .executor(Runnable::run)
            .build();

    /** The map of this version, when it is kept. */
    @Nullable
    OpenReply get(InodeId inode, long version) {
        OpenReply known = maps.getIfPresent(inode);
        return known != null && known.getAttributes().getVersion() == version ? known : null;
    }

    void put(InodeId inode, OpenReply map) {
        maps.put(inode, map);
    }

    /** The chunks it names are not where it says. */
    void forget(InodeId inode) {
        maps.invalidate(inode);
    }
}
