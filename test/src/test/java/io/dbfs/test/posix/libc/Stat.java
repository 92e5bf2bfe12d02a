package io.dbfs.test.posix.libc;

import jnr.ffi.Pointer;

/** What stat(2) tells; times in nanoseconds since the epoch. */
public record Stat(
        long inode,
        int mode,
        long links,
        int uid,
        int gid,
        long size,
        long blocks,
        long device,
        long specialDevice,
        long atime,
        long mtime,
        long ctime,
        long birth) {
    /** STATX_BTIME. */
    private static final int BIRTH = 0x800;

    private static final int TYPE = 0170000;
    private static final int PERMISSIONS = 07777;
    private static final long NANOS = 1_000_000_000L;

    /** Reads struct statx (linux/stat.h). */
    static Stat of(Pointer statx) {
        return new Stat(
                statx.getLong(32),
                statx.getShort(28) & 0xffff,
                statx.getInt(16) & 0xffffffffL,
                statx.getInt(20),
                statx.getInt(24),
                statx.getLong(40),
                statx.getLong(48),
                device(statx, 136),
                device(statx, 128),
                time(statx, 64),
                time(statx, 112),
                time(statx, 96),
                (statx.getInt(0) & BIRTH) == 0 ? 0 : time(statx, 80));
    }

    private static long time(Pointer statx, int offset) {
        return statx.getLong(offset) * NANOS + (statx.getInt(offset + 8) & 0xffffffffL);
    }

    private static long device(Pointer statx, int offset) {
        return (statx.getInt(offset) & 0xffffffffL) << 32 | (statx.getInt(offset + 4) & 0xffffffffL);
    }

    /** S_IFMT of the mode. */
    public int type() {
        return mode & TYPE;
    }

    /** The twelve permission bits. */
    public int permissions() {
        return mode & PERMISSIONS;
    }
}
