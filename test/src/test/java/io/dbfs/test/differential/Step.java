package io.dbfs.test.differential;

/**
 * One call. What a field means, if anything, is the kind's: paths are relative to the directory the sequence runs in, slots
 * number the open descriptors.
 *
 * @param side the mount that the call is made on, from 0
 * @param user who calls, an index into {@link Player}'s users
 * @param flags of open, rename, access or setxattr; the mode of chmod
 */
record Step(
        Kind kind,
        int side,
        int user,
        String path,
        String other,
        int slot,
        int flags,
        int mode,
        long offset,
        int length) {
    @Override
    public String toString() {
        return String.format(
                "%s mount=%d user=%d path='%s' other='%s' slot=%d flags=%o mode=%o offset=%d length=%d",
                kind, side, user, path, other, slot, flags, mode, offset, length);
    }
}
