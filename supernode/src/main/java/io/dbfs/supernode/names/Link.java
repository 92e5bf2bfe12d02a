package io.dbfs.supernode.names;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.LinkOperation;

/** link(2): one more name for an inode that has one. */
record Link(LinkOperation request) implements Operation {
    @Override
    public Result apply(Draft draft) {
        ByteString name = Names.checked(request.getName());
        Inode.Builder parent = draft.editDirectory(request.getParent());
        draft.requireFree(parent.getId(), name);
        Inode before = draft.get(request.getInode());
        requireLinkable(before);
        Inode.Builder inode = draft.edit(before.getId());
        inode.setLinkCount(inode.getLinkCount() + 1).setCtimeNanos(draft.now());
        draft.addEntry(parent, name, inode.build());
        return Result.of(inode);
    }

    private static void requireLinkable(Inode inode) {
        if (inode.getType() == InodeType.DIRECTORY) {
            throw new FsException(Errno.EPERM, "link to a directory");
        }
        if (inode.getLinkCount() == 0) {
            throw new FsException(Errno.ENOENT, "link to an unlinked inode");
        }
        if (inode.getLinkCount() >= Limits.LINKS_MAX) {
            throw new FsException(
                    Errno.EMLINK, "links: " + inode.getLinkCount() + " (expected: < " + Limits.LINKS_MAX + ")");
        }
    }
}
