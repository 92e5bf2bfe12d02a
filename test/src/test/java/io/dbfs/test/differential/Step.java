package io.dbfs.test.differential;

/**
 * One call. What a field means, if anything, is the kind's: paths are relative to the directory the sequence runs in, slots
 * number the open descriptors.
 *
 * @param user who calls, an index into {@link Player}'s users
 * @param flags of open, rename, access or setxattr; the mode of chmod
 */
record Step(Kind kind, int user, String path, String other, int slot, int flags, int mode, long offset, int length) {
    @Override
    public String toString() {
        return String.format(
                "%s user=%d path='%s' other='%s' slot=%d flags=%o mode=%o offset=%d length=%d",
                kind, user, path, other, slot, flags, mode, offset, length);
    }
}
