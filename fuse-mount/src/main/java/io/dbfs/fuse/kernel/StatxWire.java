package io.dbfs.fuse.kernel;

import io.dbfs.common.Attributes;

/** {@code struct fuse_statx}: attributes with the time of birth, which {@code fuse_attr} has no room for. */
final class StatxWire {
    /** STATX_BASIC_STATS: all that stat(2) tells. */
    private static final int BASIC = 0x7ff;

    private static final int BIRTH = 0x800;
    private static final int MAJOR_MASK = 0xfff;
    private static final int MINOR_LOW_MASK = 0xff;
    private static final int MINOR_HIGH_MASK = 0xfff00;
    private static final int MAJOR_SHIFT = 8;
    private static final int MINOR_SHIFT = 12;
    private static final int SPARE_BYTES = 14 * Long.BYTES;

    private StatxWire() {}

    static Reply put(Reply reply, Attributes attributes) {
        reply.u32(BASIC | (attributes.birthNanos() == 0 ? 0 : BIRTH))
                .u32(AttributesWire.PREFERRED_IO_BYTES)
                .u64(0)
                .u32(attributes.linkCount())
                .u32(attributes.uid())
                .u32(attributes.gid())
                .u16(attributes.type().formatBits() | attributes.mode())
                .u16(0)
                .u64(attributes.inode().value())
                .u64(attributes.sizeBytes())
                .u64(AttributesWire.blocks(attributes))
                .u64(0);
        time(reply, attributes.atimeNanos());
        time(reply, attributes.birthNanos());
        time(reply, attributes.ctimeNanos());
        time(reply, attributes.mtimeNanos());
        int device = (int) attributes.device();
        return reply.u32((device >>> MAJOR_SHIFT) & MAJOR_MASK)
                .u32((device & MINOR_LOW_MASK) | ((device >>> MINOR_SHIFT) & MINOR_HIGH_MASK))
                .u32(0)
                .u32(0)
                .zeros(SPARE_BYTES);
    }

    /** {@code struct fuse_sx_time}. */
    private static void time(Reply reply, long nanos) {
        reply.u64(Math.floorDiv(nanos, AttributesWire.NANOS_IN_SECOND))
                .u32((int) Math.floorMod(nanos, AttributesWire.NANOS_IN_SECOND))
                .u32(0);
    }
}
