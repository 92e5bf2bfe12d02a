package io.dbfs.fuse.kernel;

import io.dbfs.fuse.FileSystem.Opened;

/** {@code struct fuse_open_out}. */
final class OpenWire {
    private static final int DIRECT_IO = 1;
    private static final int KEEP_CACHE = 1 << 1;
    private static final int NO_FLUSH = 1 << 5;
    private static final int PARALLEL_DIRECT_WRITES = 1 << 6;

    private OpenWire() {}

    /** {@code silent}: closing a descriptor has nothing to say, neither of data nor of locks. */
    static Reply put(Reply reply, Opened opened, boolean silent) {
        int flags = (opened.directIo() ? DIRECT_IO | PARALLEL_DIRECT_WRITES : 0)
                | (opened.keepCache() ? KEEP_CACHE : 0)
                | (silent ? NO_FLUSH : 0);
        return reply.u64(opened.handle().value()).u32(flags).u32(0);
    }
}
