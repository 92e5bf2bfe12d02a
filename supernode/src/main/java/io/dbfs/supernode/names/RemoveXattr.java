package io.dbfs.supernode.names;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.Inode;
import io.dbfs.proto.RemoveXattrOperation;
import java.util.Map;

/** removexattr(2). */
record RemoveXattr(RemoveXattrOperation request) implements Operation {
    @Override
    public Result apply(Draft draft) {
        ByteString name = SetXattr.checkedName(request.getName());
        Inode.Builder inode = draft.edit(request.getInode());
        Map<ByteString, ByteString> xattrs = draft.reader().xattrs(inode.getId());
        if (xattrs.remove(name) == null) {
            throw new FsException(Errno.ENODATA);
        }
        draft.delete(Keys.xattr(inode.getId(), name));
        Capability.note(inode, xattrs);
        return Result.of(inode.setCtimeNanos(draft.now()));
    }
}
