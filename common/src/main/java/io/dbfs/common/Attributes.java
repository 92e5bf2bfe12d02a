package io.dbfs.common;

/**
 * What stat(2) tells of an inode. Times are nanoseconds since the epoch.
 *
 * @param mode the twelve permission bits
 * @param device Linux dev_t of a device node, otherwise 0
 * @param sizeBytes st_size
 * @param allocatedBytes bytes that are not holes; st_blocks is this in units of 512, rounded up
 * @param birthNanos when it was made; 0 where that is not known
 */
public record Attributes(
        InodeId inode,
        InodeType type,
        int mode,
        int uid,
        int gid,
        int linkCount,
        long device,
        long sizeBytes,
        long allocatedBytes,
        long atimeNanos,
        long mtimeNanos,
        long ctimeNanos,
        long birthNanos) {
    /** The same with another atime. */
    public Attributes withAtimeNanos(long newAtimeNanos) {
        return new Attributes(
                inode,
                type,
                mode,
                uid,
                gid,
                linkCount,
                device,
                sizeBytes,
                allocatedBytes,
                newAtimeNanos,
                mtimeNanos,
                ctimeNanos,
                birthNanos);
    }
}
