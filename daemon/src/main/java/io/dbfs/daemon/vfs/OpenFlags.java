package io.dbfs.daemon.vfs;

/** The flags of open(2) that matter here, as {@code asm-generic/fcntl.h} numbers them. */
record OpenFlags(int bits) {
    private static final int ACCESS_MODE = 03;
    private static final int READ_ONLY = 0;
    private static final int WRITE_ONLY = 01;
    private static final int MAY_READ = 04;
    private static final int MAY_WRITE = 02;
    private static final int EXCLUSIVE = 0200;
    private static final int TRUNCATE = 01000;
    private static final int APPEND = 02000;
    /** O_DSYNC; O_SYNC holds it. */
    private static final int DATA_SYNC = 010000;

    /** Of the flags here the only one that ARM numbers otherwise (arch/arm64/include/uapi/asm/fcntl.h). */
    private static final int DIRECT = "aarch64".equals(System.getProperty("os.arch")) ? 0200000 : 040000;

    private static final int NO_ATIME = 01000000;

    boolean writes() {
        return (bits & ACCESS_MODE) != READ_ONLY;
    }

    /** Whether three permission bits, rwx, are enough for it. */
    boolean areAllowedBy(int permissions) {
        boolean reads = (bits & ACCESS_MODE) != WRITE_ONLY;
        boolean changes = writes() || truncates();
        return (!reads || (permissions & MAY_READ) != 0) && (!changes || (permissions & MAY_WRITE) != 0);
    }

    boolean exclusive() {
        return (bits & EXCLUSIVE) != 0;
    }

    boolean truncates() {
        return (bits & TRUNCATE) != 0;
    }

    boolean appends() {
        return (bits & APPEND) != 0;
    }

    boolean syncs() {
        return (bits & DATA_SYNC) != 0;
    }

    /** O_DIRECT: the kernel writes past its pages. */
    boolean isDirect() {
        return (bits & DIRECT) != 0;
    }

    /** O_NOATIME: reading leaves no trace. */
    boolean keepsAccessTime() {
        return (bits & NO_ATIME) != 0;
    }
}
