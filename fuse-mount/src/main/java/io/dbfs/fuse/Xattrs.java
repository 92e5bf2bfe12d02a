package io.dbfs.fuse;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.fuse.FileSystem.XattrMode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What both adapters know of extended attributes. */
public final class Xattrs {
    private static final int XATTR_CREATE = 1;
    private static final int XATTR_REPLACE = 2;

    private static final byte[] ACL_PREFIX = "system.posix_acl_".getBytes(StandardCharsets.US_ASCII);

    private Xattrs() {}

    /**
     * Lets every name pass but those of access control lists: the kernel does not check these for us, and one that is kept
     * and not checked would promise what it does not hold.
     *
     * @throws FsException EOPNOTSUPP, from which cp(1), tar(1) and ls(1) see that there are none
     */
    public static byte[] requireSupported(byte[] name) {
        boolean isAcl = name.length >= ACL_PREFIX.length
                && Arrays.equals(name, 0, ACL_PREFIX.length, ACL_PREFIX, 0, ACL_PREFIX.length);
        if (isAcl) {
            throw new FsException(Errno.EOPNOTSUPP);
        }
        return name;
    }

    /** The flags of setxattr(2); EINVAL for what they cannot be. */
    public static XattrMode mode(int flags) {
        return switch (flags) {
            case 0 -> XattrMode.CREATE_OR_REPLACE;
            case XATTR_CREATE -> XattrMode.CREATE;
            case XATTR_REPLACE -> XattrMode.REPLACE;
            default -> throw new FsException(Errno.EINVAL, "setxattr flags " + flags);
        };
    }

    /** The list that listxattr(2) gives: the names one after the other, each ended by NUL. */
    public static byte[] join(List<byte[]> names) {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        for (byte[] name : names) {
            list.writeBytes(name);
            list.write(0);
        }
        return list.toByteArray();
    }
}
