package io.dbfs.daemon.vfs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.dbfs.common.InodeId;

/**
 * The version of each file's contents that the kernel's cached pages belong to. What is written through this mount is in
 * those pages already, so its own commits carry the version on; anybody else's leave the pages behind. Thread-safe.
 */
final class KernelPages {
    private static final long FILES_MAX = 32_768;

    private final Cache<InodeId, Long> versions =
            Caffeine.newBuilder().maximumSize(FILES_MAX).executor(Runnable::run).build();

    /** The file is opened at {@code version}: whether pages cached before are still right. */
    boolean keepAt(InodeId inode, long version) {
        Long before = versions.asMap().put(inode, version);
        return before != null && before == version;
    }

    /** Pages may hold what was never committed: those cached before are wrong at the next open. */
    void lost(InodeId inode) {
        versions.invalidate(inode);
    }

    /** This mount's own change made {@code version}. */
    void changed(InodeId inode, long version) {
        versions.asMap().replace(inode, version - 1, version);
    }
}
