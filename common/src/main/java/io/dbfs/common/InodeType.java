package io.dbfs.common;

/** What an inode is, with its {@code S_IFMT} bits ({@code stat.h}). */
public enum InodeType {
    REGULAR(0100000),
    DIRECTORY(0040000),
    SYMLINK(0120000),
    FIFO(0010000),
    SOCKET(0140000),
    CHARACTER_DEVICE(0020000),
    BLOCK_DEVICE(0060000);

    /** Mask of the type bits in a mode. */
    public static final int FORMAT_MASK = 0170000;

    private final int formatBits;

    InodeType(int formatBits) {
        this.formatBits = formatBits;
    }

    /** The type's bits in {@code st_mode}. */
    public int formatBits() {
        return formatBits;
    }

    /**
     * The type of a mode; no type bits mean a regular file, as in mknod(2).
     *
     * @throws FsException EINVAL for bits that name no type
     */
    public static InodeType ofMode(int mode) {
        int bits = mode & FORMAT_MASK;
        if (bits == 0) {
            return REGULAR;
        }
        for (InodeType type : values()) {
            if (type.formatBits == bits) {
                return type;
            }
        }
        throw new FsException(Errno.EINVAL, "mode " + Integer.toOctalString(mode));
    }
}
