package io.dbfs.supernode.names;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.TouchInodesOperation;

/** Notes when directories and symlinks were read. Nothing but atime changes. */
record TouchInodes(TouchInodesOperation request) implements Operation {
    @Override
    public Result apply(Draft draft) {
        if (request.getAccessesCount() > Limits.TOUCHED_INODES_MAX) {
            throw new FsException(
                    Errno.EINVAL,
                    "accesses: " + request.getAccessesCount() + " (expected: at most " + Limits.TOUCHED_INODES_MAX
                            + ")");
        }
        for (TouchInodesOperation.Access access : request.getAccessesList()) {
            boolean later = draft.reader()
                    .inode(access.getInode())
                    .filter(inode -> inode.getAtimeNanos() < access.getAtimeNanos())
                    .isPresent();
            if (later) {
                draft.edit(access.getInode()).setAtimeNanos(access.getAtimeNanos());
            }
        }
        return new Result(null, false);
    }
}
