package io.dbfs.supernode.names;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.SetIdentityOperation;

/** chmod(2), chown(2), and utimensat(2) of what is not a regular file. */
record SetIdentity(SetIdentityOperation request) implements Operation {
    private static final int PERMISSIONS = 07777;
    private static final int SET_UID = 04000;
    private static final int SET_GID = 02000;
    private static final int GROUP_EXECUTE = 0010;

    @Override
    public Result apply(Draft draft) {
        Inode.Builder inode = draft.edit(request.getInode());
        if (request.hasUid() || request.hasGid()) {
            changeOwner(inode);
            Capability.drop(draft, inode);
        }
        if (request.hasMode()) {
            if (inode.getType() == InodeType.SYMLINK) {
                throw new FsException(Errno.EOPNOTSUPP, "mode of a symlink");
            }
            AccessLists.changeMode(draft, inode, request.getMode() & PERMISSIONS);
        }
        changeTimes(inode, draft.now());
        return Result.of(inode.setCtimeNanos(draft.now()));
    }

    /** A program must not keep the rights of the owner it had: as Linux, also where root changes the owner. */
    private void changeOwner(Inode.Builder inode) {
        if (request.hasUid()) {
            inode.setUid(request.getUid());
        }
        if (request.hasGid()) {
            inode.setGid(request.getGid());
        }
        if (inode.getType() == InodeType.DIRECTORY) {
            return;
        }
        int lost = SET_UID | ((inode.getMode() & GROUP_EXECUTE) != 0 ? SET_GID : 0);
        inode.setMode(inode.getMode() & ~lost);
    }

    private void changeTimes(Inode.Builder inode, long now) {
        if (request.getAtimeNow()) {
            inode.setAtimeNanos(now);
        } else if (request.hasAtimeNanos()) {
            inode.setAtimeNanos(request.getAtimeNanos());
        }
        if (request.getMtimeNow()) {
            inode.setMtimeNanos(now);
        } else if (request.hasMtimeNanos()) {
            inode.setMtimeNanos(request.getMtimeNanos());
        }
    }
}
