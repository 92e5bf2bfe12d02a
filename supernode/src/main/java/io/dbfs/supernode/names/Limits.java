package io.dbfs.supernode.names;

/** What the namespace refuses to exceed. */
final class Limits {
    /** Names of one file (LINK_MAX, as ext4 has it). */
    static final int LINKS_MAX = 65_000;
    /** Bytes of a symlink's target (PATH_MAX without its NUL). */
    static final int SYMLINK_BYTES_MAX = 4095;
    /** Bytes of an xattr's name (XATTR_NAME_MAX). */
    static final int XATTR_NAME_BYTES_MAX = 255;
    /** Bytes of an xattr's value (XATTR_SIZE_MAX). */
    static final int XATTR_VALUE_BYTES_MAX = 64 << 10;
    /** Bytes of all xattr names of an inode, each with a NUL (XATTR_LIST_MAX): more could not be listed. */
    static final int XATTR_LIST_BYTES_MAX = 64 << 10;
    /** Bytes of all xattr values of an inode. */
    static final int XATTR_TOTAL_BYTES_MAX = 256 << 10;
    /** Orphans that the end of a session lets go of in one command. */
    static final int ORPHANS_PER_COMMAND = 2000;
    /** Inodes whose atime one command changes. */
    static final int TOUCHED_INODES_MAX = 1000;

    private Limits() {}
}
