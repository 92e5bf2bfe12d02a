package io.dbfs.common;

/** Identity of an inode, unique in the whole system and never reused. */
public record InodeId(long value) {
    /** The root directory. */
    public static final InodeId ROOT = new InodeId(1);

    public InodeId {
        if (value == 0) {
            throw new IllegalArgumentException("inode id: 0 (expected: not 0)");
        }
    }

    @Override
    public String toString() {
        return "#" + Long.toUnsignedString(value);
    }
}
