package io.dbfs.supernode.names;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.Inode;
import io.dbfs.proto.SetXattrOperation;
import java.util.Map;
import java.util.Optional;

/** setxattr(2). */
record SetXattr(SetXattrOperation request) implements Operation {
    @Override
    public Result apply(Draft draft) {
        ByteString name = checkedName(request.getName());
        if (request.getValue().size() > Limits.XATTR_VALUE_BYTES_MAX) {
            throw new FsException(
                    Errno.E2BIG,
                    "xattr of " + request.getValue().size() + " bytes (expected: <= " + Limits.XATTR_VALUE_BYTES_MAX
                            + ")");
        }
        Inode.Builder inode = draft.edit(request.getInode());
        Map<ByteString, ByteString> xattrs = draft.reader().xattrs(inode.getId());
        requireFlags(xattrs.containsKey(name));
        Optional<ByteString> value = AccessLists.isName(name)
                ? AccessLists.accept(inode, name, request.getValue())
                : Optional.of(request.getValue());
        if (value.isPresent()) {
            xattrs.put(name, value.get());
            requireRoom(xattrs);
            draft.put(Keys.xattr(inode.getId(), name), value.get().toByteArray());
        } else if (xattrs.remove(name) != null) {
            draft.delete(Keys.xattr(inode.getId(), name));
        }
        Capability.note(inode, xattrs);
        return Result.of(inode.setCtimeNanos(draft.now()));
    }

    /** The name itself when an xattr may have it; ERANGE, as Linux has it. */
    static ByteString checkedName(ByteString name) {
        if (name.isEmpty() || name.size() > Limits.XATTR_NAME_BYTES_MAX) {
            throw new FsException(
                    Errno.ERANGE,
                    "xattr name of " + name.size() + " bytes (expected: 1 to " + Limits.XATTR_NAME_BYTES_MAX + ")");
        }
        for (byte b : name) {
            if (b == 0) {
                throw new FsException(Errno.EINVAL, "xattr name holds NUL");
            }
        }
        return name;
    }

    private void requireFlags(boolean exists) {
        if (exists && request.getMustCreate()) {
            throw new FsException(Errno.EEXIST);
        }
        if (!exists && request.getMustReplace()) {
            throw new FsException(Errno.ENODATA);
        }
    }

    private static void requireRoom(Map<ByteString, ByteString> xattrs) {
        int listBytes = 0;
        int valueBytes = 0;
        for (Map.Entry<ByteString, ByteString> xattr : xattrs.entrySet()) {
            listBytes += xattr.getKey().size() + 1;
            valueBytes += xattr.getValue().size();
        }
        if (listBytes > Limits.XATTR_LIST_BYTES_MAX || valueBytes > Limits.XATTR_TOTAL_BYTES_MAX) {
            throw new FsException(
                    Errno.ENOSPC,
                    "xattrs of an inode: " + listBytes + " bytes of names and " + valueBytes
                            + " of values (expected: <= " + Limits.XATTR_LIST_BYTES_MAX + " and "
                            + Limits.XATTR_TOTAL_BYTES_MAX + ")");
        }
    }
}
