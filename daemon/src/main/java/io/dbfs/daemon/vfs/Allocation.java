package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;

/**
 * What fallocate(2) asks for: {@code linux/falloc.h} numbers the bits.
 *
 * @param zeroes the range reads as zeros afterwards, and holds nothing
 * @param keepsSize the file does not get longer
 * @param end where the range ends
 */
record Allocation(boolean zeroes, boolean keepsSize, long end) {
    private static final int KEEP_SIZE = 0x01;
    private static final int PUNCH_HOLE = 0x02;
    private static final int ZERO_RANGE = 0x10;
    /** Linux' s_maxbytes here: the clusters' largest file. */
    private static final long FILE_SIZE_BYTES_MAX = 1L << 44;

    /**
     * Of a range and a mode.
     *
     * @throws FsException EOPNOTSUPP for a mode that is not served (collapsing, inserting, unsharing, and punching without
     *     FALLOC_FL_KEEP_SIZE), EINVAL for no range, EFBIG for one that ends beyond the largest file
     */
    static Allocation of(int mode, long offset, long length) {
        boolean keepsSize = (mode & KEEP_SIZE) != 0;
        int rest = mode & ~KEEP_SIZE;
        boolean known = rest == 0 || rest == ZERO_RANGE || (rest == PUNCH_HOLE && keepsSize);
        if (!known) {
            throw new FsException(Errno.EOPNOTSUPP, "fallocate mode " + mode);
        }
        if (offset < 0 || length <= 0) {
            throw new FsException(Errno.EINVAL, "fallocate range " + offset + "+" + length);
        }
        if (length > FILE_SIZE_BYTES_MAX || offset > FILE_SIZE_BYTES_MAX - length) {
            throw new FsException(Errno.EFBIG, "fallocate range " + offset + "+" + length);
        }
        return new Allocation(rest != 0, keepsSize, offset + length);
    }

    /** Whether what is written to the range later takes room that must be there now. */
    boolean reserves() {
        return !zeroes;
    }
}
