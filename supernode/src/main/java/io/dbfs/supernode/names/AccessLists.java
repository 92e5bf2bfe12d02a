package io.dbfs.supernode.names;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import java.util.Optional;

/**
 * Where access control lists, kept as extended attributes, and mode bits meet: each follows the other, and what is made
 * in a directory inherits its default list (acl(5), "object creation and default ACLs").
 */
final class AccessLists {
    static final ByteString ACCESS = ByteString.copyFromUtf8("system.posix_acl_access");
    static final ByteString DEFAULT = ByteString.copyFromUtf8("system.posix_acl_default");

    private static final int PERMISSIONS = 0777;

    private AccessLists() {}

    /** Whether an xattr of this name is such a list. */
    static boolean isName(ByteString name) {
        return name.equals(ACCESS) || name.equals(DEFAULT);
    }

    /**
     * Judges a list that is to be set, and sets the mode by it.
     *
     * @return what to keep as the xattr; empty where the mode says it all
     * @throws FsException EINVAL for a list that is not valid, EOPNOTSUPP on a symlink, EACCES for a default list on what is
     *     no directory
     */
    static Optional<ByteString> accept(Inode.Builder inode, ByteString name, ByteString value) {
        if (inode.getType() == InodeType.SYMLINK) {
            throw new FsException(Errno.EOPNOTSUPP, "ACL of a symlink");
        }
        PosixAcl list = PosixAcl.parse(value);
        if (name.equals(DEFAULT)) {
            if (inode.getType() != InodeType.DIRECTORY && !list.isEmpty()) {
                throw new FsException(Errno.EACCES, "default ACL of a " + inode.getType());
            }
            return list.isEmpty() ? Optional.empty() : Optional.of(list.toBytes());
        }
        if (list.isEmpty()) {
            return Optional.empty();
        }
        inode.setMode((inode.getMode() & ~PERMISSIONS) | list.permissions());
        return list.isMode() ? Optional.empty() : Optional.of(list.toBytes());
    }

    /** chmod(2) changes the list as well. */
    static void changeMode(Draft draft, Inode.Builder inode, int mode) {
        inode.setMode(mode);
        if (inode.getHasXattrs()) {
            draft.reader()
                    .xattr(inode.getId(), ACCESS)
                    .ifPresent(value ->
                            put(draft, inode, ACCESS, PosixAcl.parse(value).withMode(mode)));
        }
    }

    /**
     * Gives a new inode its mode and lists: by the parent's default list, or else by the umask. {@code inode}'s mode is what
     * the program asked for.
     */
    static void inherit(Draft draft, Inode.Builder parent, Inode.Builder inode, int umask) {
        Optional<PosixAcl> defaults = parent.getHasXattrs()
                ? draft.reader().xattr(parent.getId(), DEFAULT).map(PosixAcl::parse)
                : Optional.empty();
        if (defaults.isEmpty()) {
            inode.setMode(inode.getMode() & ~(umask & PERMISSIONS));
            return;
        }
        PosixAcl access = defaults.get().inherited(inode.getMode());
        inode.setMode((inode.getMode() & ~PERMISSIONS) | access.permissions());
        if (!access.isMode()) {
            put(draft, inode, ACCESS, access);
        }
        if (inode.getType() == InodeType.DIRECTORY) {
            put(draft, inode, DEFAULT, defaults.get());
        }
    }

    private static void put(Draft draft, Inode.Builder inode, ByteString name, PosixAcl list) {
        draft.put(Keys.xattr(inode.getId(), name), list.toBytes().toByteArray());
        inode.setHasXattrs(true);
    }
}
