package io.dbfs.test.differential;

/** The calls that sequences are made of, with how often each comes (of the sum of all). */
enum Kind {
    OPEN(14),
    CLOSE(6),
    PREAD(8),
    PWRITE(10),
    WRITE(3),
    MAP_WRITE(2),
    FTRUNCATE(3),
    TRUNCATE(3),
    FSYNC(1),
    FSTAT(4),
    STAT(6),
    LSTAT(4),
    MKDIR(6),
    RMDIR(3),
    UNLINK(5),
    RENAME(7),
    LINK(3),
    SYMLINK(2),
    READLINK(2),
    CHMOD(3),
    FCHMOD(1),
    CHOWN(2),
    UTIMENS(2),
    FUTIMENS(1),
    MKNOD(1),
    SETXATTR(2),
    GETXATTR(2),
    LISTXATTR(1),
    REMOVEXATTR(1),
    LIST(3),
    ACCESS(2);

    private final int weight;

    Kind(int weight) {
        this.weight = weight;
    }

    int weight() {
        return weight;
    }
}
