package io.dbfs.fuse;

import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.fuse.FileSystem.XattrMode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What both adapters know of extended attributes. */
public final class Xattrs {
    private static final int XATTR_CREATE = 1;
    private static final int XATTR_REPLACE = 2;

    private static final byte[] TRUSTED = "trusted.".getBytes(StandardCharsets.US_ASCII);

    /** The namespaces of xattr(7) that are kept; "system." is for what the kernel enforces, such as ACLs. */
    private static final List<byte[]> NAMESPACES = Stream.of("user.", "trusted.", "security.")
            .map(prefix -> prefix.getBytes(StandardCharsets.US_ASCII))
            .toList();

    private static final List<byte[]> ACCESS_LISTS = Stream.of("system.posix_acl_access", "system.posix_acl_default")
            .map(name -> name.getBytes(StandardCharsets.US_ASCII))
            .toList();

    private Xattrs() {}

    /**
     * Lets names of the namespaces user, trusted and security pass, as local filesystems do. Not those of access control
     * lists: where the kernel does not check these for us, one that is kept would promise what it does not hold.
     *
     * @throws FsException EOPNOTSUPP, from which cp(1), tar(1) and ls(1) see that there are none; EINVAL for a namespace
     *     without a name in it
     */
    public static byte[] requireSupported(byte[] name) {
        byte[] namespace = NAMESPACES.stream()
                .filter(prefix -> startsWith(name, prefix))
                .findAny()
                .orElseThrow(() -> new FsException(Errno.EOPNOTSUPP));
        if (name.length == namespace.length) {
            throw new FsException(Errno.EINVAL);
        }
        return name;
    }

    /** Whether it is the name of a POSIX ACL, for a kernel that has agreed to check by these. */
    public static boolean isAccessList(byte[] name) {
        return ACCESS_LISTS.stream().anyMatch(list -> Arrays.equals(list, name));
    }

    private static boolean startsWith(byte[] name, byte[] prefix) {
        return name.length >= prefix.length && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
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

    /**
     * The list that listxattr(2) gives: the names one after the other, each ended by NUL. Those of the namespace trusted are
     * shown to root alone (xattr(7)).
     */
    public static byte[] join(Caller caller, List<byte[]> names) {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        for (byte[] name : names) {
            if (caller.uid() == 0 || !startsWith(name, TRUSTED)) {
                list.writeBytes(name);
                list.write(0);
            }
        }
        return list.toByteArray();
    }
}
