package io.dbfs.supernode.names;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.EntryRecord;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.UnlinkOperation;

/** unlink(2). */
record Unlink(UnlinkOperation request) implements Operation {
    @Override
    public Result apply(Draft draft) {
        Inode.Builder parent = draft.editDirectory(request.getParent());
        EntryRecord entry = draft.requireEntry(parent.getId(), Names.checked(request.getName()));
        if (entry.getType() == InodeType.DIRECTORY) {
            throw new FsException(Errno.EISDIR);
        }
        draft.removeEntry(parent, entry);
        return Result.of(Orphans.dropName(draft, entry.getInode()));
    }
}
