package io.dbfs.fuse.kernel;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.AttributeChange.TimeChange;
import io.dbfs.common.Attributes;
import io.dbfs.fuse.FileSystem.Entry;
import io.dbfs.fuse.HandleId;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code fuse_attr}, {@code fuse_attr_out}, {@code fuse_entry_out}, {@code fuse_setattr_in}. */
final class AttributesWire {
    /** {@code struct fuse_entry_out}. */
    static final int ENTRY_BYTES = 128;

    /** Of these, the times of a name come first. */
    private static final int MISSING_BYTES = 36;

    static final long NANOS_IN_SECOND = 1_000_000_000;

    private static final int STATX_SPARE_BYTES = 2 * Long.BYTES;
    private static final int STAT_BLOCK_BYTES = 512;
    static final int PREFERRED_IO_BYTES = RequestMemory.PAGE_BYTES;

    private final OptionalLong attributesValidNanos;
    private final OptionalLong entryValidNanos;

    /** With times that the mount's options put in place of the filesystem's. */
    AttributesWire(OptionalLong attributesValidNanos, OptionalLong entryValidNanos) {
        this.attributesValidNanos = attributesValidNanos;
        this.entryValidNanos = entryValidNanos;
    }

    Reply putEntry(Reply reply, Entry entry) {
        long entryNanos = entryValidNanos.orElse(entry.entryValidNanos());
        long attributesNanos = attributesValidNanos.orElse(entry.attributesValidNanos());
        reply.u64(entry.attributes().inode().value()).u64(0);
        reply.u64(entryNanos / NANOS_IN_SECOND).u64(attributesNanos / NANOS_IN_SECOND);
        reply.u32((int) (entryNanos % NANOS_IN_SECOND)).u32((int) (attributesNanos % NANOS_IN_SECOND));
        return put(reply, entry.attributes());
    }

    /** Writes a {@code struct fuse_entry_out} without an inode: the kernel may believe for this long that there is no name. */
    Reply putMissing(Reply reply, long validNanos) {
        long nanos = entryValidNanos.orElse(validNanos);
        reply.u64(0).u64(0).u64(nanos / NANOS_IN_SECOND).u64(0);
        return reply.u32((int) (nanos % NANOS_IN_SECOND)).zeros(ENTRY_BYTES - MISSING_BYTES);
    }

    Reply putAttributes(Reply reply, Attributes attributes, long validNanos) {
        long nanos = attributesValidNanos.orElse(validNanos);
        reply.u64(nanos / NANOS_IN_SECOND).u32((int) (nanos % NANOS_IN_SECOND)).u32(0);
        return put(reply, attributes);
    }

    /** Writes {@code struct fuse_statx_out}. */
    Reply putStatx(Reply reply, Attributes attributes, long validNanos) {
        long nanos = attributesValidNanos.orElse(validNanos);
        reply.u64(nanos / NANOS_IN_SECOND)
                .u32((int) (nanos % NANOS_IN_SECOND))
                .u32(0)
                .zeros(STATX_SPARE_BYTES);
        return StatxWire.put(reply, attributes);
    }

    /** st_blocks. */
    static long blocks(Attributes attributes) {
        return (attributes.allocatedBytes() + STAT_BLOCK_BYTES - 1) / STAT_BLOCK_BYTES;
    }

    private static Reply put(Reply reply, Attributes attributes) {
        reply.u64(attributes.inode().value())
                .u64(attributes.sizeBytes())
                .u64(blocks(attributes))
                .u64(Math.floorDiv(attributes.atimeNanos(), NANOS_IN_SECOND))
                .u64(Math.floorDiv(attributes.mtimeNanos(), NANOS_IN_SECOND))
                .u64(Math.floorDiv(attributes.ctimeNanos(), NANOS_IN_SECOND))
                .u32((int) Math.floorMod(attributes.atimeNanos(), NANOS_IN_SECOND))
                .u32((int) Math.floorMod(attributes.mtimeNanos(), NANOS_IN_SECOND))
                .u32((int) Math.floorMod(attributes.ctimeNanos(), NANOS_IN_SECOND));
        return reply.u32(attributes.type().formatBits() | attributes.mode())
                .u32(attributes.linkCount())
                .u32(attributes.uid())
                .u32(attributes.gid())
                .u32((int) attributes.device())
                .u32(PREFERRED_IO_BYTES)
                .u32(0);
    }

    /**
     * What SETATTR asks for.
     *
     * @param empty nothing is named: what is left of a chown(2) to the same owner, or of a write that takes privileges away
     * @param clearsPrivileges set-user-id and set-group-id are to go, as after every write by a user
     */
    record Change(AttributeChange change, Optional<HandleId> handle, boolean clearsPrivileges, boolean empty) {
        private static final int MODE = 1;
        private static final int UID = 1 << 1;
        private static final int GID = 1 << 2;
        private static final int SIZE = 1 << 3;
        private static final int ATIME = 1 << 4;
        private static final int MTIME = 1 << 5;
        private static final int HANDLE = 1 << 6;
        private static final int ATIME_NOW = 1 << 7;
        private static final int MTIME_NOW = 1 << 8;
        private static final int LOCK_OWNER = 1 << 9;
        private static final int KILL_PRIVILEGES = 1 << 11;

        /** Reads {@code struct fuse_setattr_in}. */
        static Change read(Request in) {
            int valid = in.u32();
            in.skip(4);
            HandleId handle = in.handle();
            long size = in.u64();
            in.skip(8);
            long atime = in.u64();
            long mtime = in.u64();
            in.skip(8);
            int atimeNanos = in.u32();
            int mtimeNanos = in.u32();
            in.skip(4);
            int mode = in.u32();
            in.skip(4);
            int uid = in.u32();
            int gid = in.u32();
            AttributeChange change = AttributeChange.NONE;
            change = has(valid, MODE) ? change.withMode(mode) : change;
            change = has(valid, UID) ? change.withUid(uid) : change;
            change = has(valid, GID) ? change.withGid(gid) : change;
            change = has(valid, SIZE) ? change.withSizeBytes(size) : change;
            change = change.withAtime(time(has(valid, ATIME), has(valid, ATIME_NOW), atime, atimeNanos));
            change = change.withMtime(time(has(valid, MTIME), has(valid, MTIME_NOW), mtime, mtimeNanos));
            boolean clears = has(valid, KILL_PRIVILEGES) || has(valid, UID | GID);
            boolean empty = (valid & ~(HANDLE | LOCK_OWNER)) == 0;
            return new Change(change, has(valid, HANDLE) ? Optional.of(handle) : Optional.empty(), clears, empty);
        }

        private static TimeChange time(boolean given, boolean now, long seconds, int nanos) {
            if (now) {
                return TimeChange.NOW;
            }
            return given ? TimeChange.to(seconds * NANOS_IN_SECOND + nanos) : TimeChange.KEEP;
        }

        private static boolean has(int valid, int bit) {
            return (valid & bit) != 0;
        }
    }
}
