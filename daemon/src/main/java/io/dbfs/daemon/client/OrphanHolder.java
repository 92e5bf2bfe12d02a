package io.dbfs.daemon.client;

import io.dbfs.common.InodeId;

/** Knows which inodes this mount holds open. Thread-safe. */
@FunctionalInterface
public interface OrphanHolder {
    /**
     * The inode has no name any more. True when it is not open here: then it will not be opened any more either, and
     * its contents may go. False when it is: {@link Session#releaseOrphan} will follow its last close.
     */
    boolean letGo(InodeId inode);
}
