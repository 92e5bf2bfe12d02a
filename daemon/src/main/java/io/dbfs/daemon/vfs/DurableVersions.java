package io.dbfs.daemon.vfs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.dbfs.common.InodeId;

/** Up to which version this mount has seen to it that files are on disks, also those that are closed. Thread-safe. */
final class DurableVersions {
    private static final long FILES_MAX = 32_768;

    private final Cache<InodeId, Long> versions =
            Caffeine.newBuilder().maximumSize(FILES_MAX).executor(Runnable::run).build();

    /** 0 where nothing is known. */
    long of(InodeId inode) {
        Long version = versions.getIfPresent(inode);
        return version == null ? 0 : version;
    }

    void reached(InodeId inode, long version) {
        versions.asMap().merge(inode, version, Math::max);
    }
}
