package io.dbfs.fuse;

import io.dbfs.common.InodeId;
import io.dbfs.common.InodeType;
import java.util.Optional;

/** Takes directory entries while there is room for them. */
@FunctionalInterface
public interface DirectorySink {
    /**
     * Offers one entry.
     *
     * @param name the entry's name; "." and ".." come here too, which is why it is bytes
     * @param cookie where reading goes on after this entry
     * @param entry the inode's attributes, where they are at hand without another request
     * @return false when the entry did not fit: it was not taken, and no other is wanted
     */
    boolean offer(byte[] name, InodeId inode, InodeType type, long cookie, Optional<FileSystem.Entry> entry);

    /**
     * Whether attributes are of use here. Each entry that was then offered with attributes and taken, "." and ".."
     * aside, counts one reference, as if it had been looked up, until {@link FileSystem#forget}.
     */
    default boolean wantsEntries() {
        return false;
    }
}
