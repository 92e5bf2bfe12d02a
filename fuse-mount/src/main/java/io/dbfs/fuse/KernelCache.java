package io.dbfs.fuse;

import io.dbfs.common.InodeId;
import io.dbfs.common.Name;

/**
 * What the kernel remembers of a mount, to be dropped when it changed elsewhere. Safe for use by many threads. Unless it says
 * otherwise, never to be called from inside a call of {@link FileSystem}: the kernel may hold the inode until that call is
 * answered.
 */
public interface KernelCache {
    /** Drops an inode's attributes. Does not wait and may be called anywhere. An inode that the kernel does not know is no error. */
    void invalidateAttributes(InodeId inode);

    /**
     * Drops an inode's attributes and its pages from {@code offset} (at least 0) on; {@code lengthBytes} 0 means to the end.
     * Waits for pages that are being read or written. An inode that the kernel does not know is no error.
     */
    void invalidateInode(InodeId inode, long offset, long lengthBytes);

    /** Whether a file that was opened for direct I/O ({@link FileSystem.Opened#directIo}) can be mapped shared. */
    boolean mapsDirectFiles();

    /**
     * Has a name that leads to no directory be looked up again before it is next used: only then does the kernel take notice of
     * a new owner everywhere. Waits while the directory is being changed. Kernels before Linux 6.2 ask within a second anyway.
     */
    void expireEntry(InodeId parent, Name name);

    /** Drops a name, whatever it led to, or that it led nowhere. Waits while the directory is being changed. */
    void invalidateEntry(InodeId parent, Name name);

    /**
     * Has every name looked up again before it is next used, those included that requests under way ask for or make. Does not
     * wait and may be called anywhere.
     *
     * @return whether the kernel can do that: since Linux 6.16
     */
    boolean invalidateAllEntries();
}
