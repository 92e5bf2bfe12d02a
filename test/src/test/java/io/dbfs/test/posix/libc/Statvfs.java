package io.dbfs.test.posix.libc;

import jnr.ffi.Pointer;

/** What statvfs(3) tells. */
public record Statvfs(
        long blockSize, long fragmentSize, long blocks, long free, long available, long inodes, long nameBytesMax) {
    static Statvfs of(Pointer statvfs) {
        return new Statvfs(
                statvfs.getLong(0),
                statvfs.getLong(8),
                statvfs.getLong(16),
                statvfs.getLong(24),
                statvfs.getLong(32),
                statvfs.getLong(40),
                statvfs.getLong(80));
    }
}
