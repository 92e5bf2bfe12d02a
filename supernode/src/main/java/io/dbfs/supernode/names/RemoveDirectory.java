package io.dbfs.supernode.names;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.EntryRecord;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.RemoveDirectoryOperation;

/** rmdir(2). A directory is gone at once, even where a program still has it open. */
record RemoveDirectory(RemoveDirectoryOperation request) implements Operation {
    @Override
    public Result apply(Draft draft) {
        Inode.Builder parent = draft.editDirectory(request.getParent());
        EntryRecord entry = draft.requireEntry(parent.getId(), Names.checked(request.getName()));
        if (entry.getType() != InodeType.DIRECTORY) {
            throw new FsException(Errno.ENOTDIR);
        }
        draft.removeEntry(parent, entry);
        return Result.of(remove(draft, entry.getInode()));
    }

    /** Forgets a directory whose entry is gone; ENOTEMPTY. */
    static Inode remove(Draft draft, long id) {
        Inode.Builder directory = draft.edit(id);
        if (directory.getSize() != 0) {
            throw new FsException(Errno.ENOTEMPTY);
        }
        directory.setLinkCount(0).setCtimeNanos(draft.now());
        Inode last = directory.build();
        draft.remove(last);
        return last;
    }
}
