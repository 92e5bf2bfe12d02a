package io.dbfs.supernode.names;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.Caller;
import io.dbfs.proto.CreateOperation;
import io.dbfs.proto.EntryRecord;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import java.util.Optional;

/** open(O_CREAT), mkdir, mknod, symlink. */
record Create(CreateOperation request, Caller caller, int homeCluster) implements Operation {
    private static final int PERMISSIONS = 07777;
    private static final int SYMLINK_MODE = 0777;
    private static final int SET_GID = 02000;

    @Override
    public Result apply(Draft draft) {
        ByteString name = Names.checked(request.getName());
        requireType();
        Inode.Builder parent = draft.editDirectory(request.getParent());
        Optional<EntryRecord> existing = draft.reader().entry(parent.getId(), name);
        if (existing.isPresent()) {
            return Result.of(open(draft, existing.get()));
        }
        Inode.Builder inode = make(draft, parent);
        draft.addEntry(parent, name, inode.build());
        return new Result(inode.build(), true);
    }

    private void requireType() {
        switch (request.getType()) {
            case REGULAR -> {
                if (homeCluster == 0) {
                    throw new FsException(Errno.EINVAL, "home cluster: 0 (expected: chosen by the leader)");
                }
            }
            case SYMLINK -> requireTarget(request.getSymlinkTarget());
            case DIRECTORY, FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE -> {}
            case INODE_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw new FsException(Errno.EINVAL, "no inode type");
        }
    }

    private static void requireTarget(ByteString target) {
        if (target.isEmpty()) {
            throw new FsException(Errno.ENOENT, "empty symlink target");
        }
        if (target.size() > Limits.SYMLINK_BYTES_MAX) {
            throw new FsException(
                    Errno.ENAMETOOLONG,
                    "symlink target of " + target.size() + " bytes (expected: <= " + Limits.SYMLINK_BYTES_MAX + ")");
        }
        for (byte b : target) {
            if (b == 0) {
                throw new FsException(Errno.EINVAL, "symlink target holds NUL");
            }
        }
    }

    private Inode open(Draft draft, EntryRecord existing) {
        if (request.getExclusive()
                || request.getType() != InodeType.REGULAR
                || existing.getType() != InodeType.REGULAR) {
            throw new FsException(Errno.EEXIST);
        }
        return draft.get(existing.getInode());
    }

    private Inode.Builder make(Draft draft, Inode.Builder parent) {
        boolean inheritsGroup = (parent.getMode() & SET_GID) != 0;
        Inode.Builder inode = draft.create(request.getType())
                .setMode(request.getMode() & PERMISSIONS)
                .setUid(caller.getUid())
                .setGid(inheritsGroup ? parent.getGid() : caller.getGid());
        switch (request.getType()) {
            case REGULAR -> inode.setHomeCluster(homeCluster);
            case DIRECTORY -> inode.setParent(parent.getId()).setMode(inode.getMode() | (inheritsGroup ? SET_GID : 0));
            case SYMLINK -> {
                inode.setMode(SYMLINK_MODE).setSize(request.getSymlinkTarget().size());
                draft.put(
                        Keys.symlink(inode.getId()), request.getSymlinkTarget().toByteArray());
            }
            case CHARACTER_DEVICE, BLOCK_DEVICE -> inode.setDevice(request.getDevice());
            case FIFO, SOCKET -> {}
            case INODE_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException("checked before");
        }
        if (request.getType() != InodeType.SYMLINK) {
            AccessLists.inherit(draft, parent, inode, request.getUmask());
        }
        return inode;
    }
}
