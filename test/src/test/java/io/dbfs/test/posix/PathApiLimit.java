package io.dbfs.test.posix;

/** What the path API of libfuse 2 cannot do; README.md lists the same. */
enum PathApiLimit {
    UNLINKED("a file that is open and has no name any more can be read and written, but fstat, fchmod, fchown and"
            + " futimens fail"),
    HIDDEN_NAMES(
            "a file that is removed while it is open keeps a name, `.fuse_hidden*`, until it is closed: listings and"
                    + " link counts show it"),
    HARD_LINKS("names of one inode are inodes of their own to the kernel, each with its own cache"),
    APPEND_PRIVILEGES("what a user appends leaves set-user-id and set-group-id of the file where they are"),
    APPEND_MAPPINGS("a file that is open for appending cannot be mapped"),
    NAMES("names that are not UTF-8 cannot be used"),
    RENAME_FLAGS("renameat2 with RENAME_NOREPLACE or RENAME_EXCHANGE fails with EINVAL"),
    SYMLINK_LENGTH("a symlink has at most 4094 bytes"),
    REPLACED_NAMES("open of a name that is being replaced may fail with ENOENT"),
    TELLDIR("listings cannot be continued from a position while entries change");

    private final String text;

    PathApiLimit(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
