package io.dbfs.fuse;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.Attributes;
import io.dbfs.common.Caller;
import io.dbfs.common.InodeId;
import io.dbfs.common.InodeType;
import java.util.Optional;

/**
 * Takes set-user-id and set-group-id away when a file's contents or owner change, as Linux does. By its own protocol the
 * kernel leaves that to us (FUSE_HANDLE_KILLPRIV_V2) and says when it is due; with libfuse 2 it forgets it at O_TRUNC alone.
 */
public final class Privileges {
    private static final int SET_USER_ID = 04000;
    private static final int SET_GROUP_ID = 02000;
    private static final int GROUP_EXECUTE = 00010;

    private final FileSystem fileSystem;
    private final Groups groups;

    /** Of the inodes of this filesystem. */
    public Privileges(FileSystem fileSystem) {
        this(fileSystem, new ProcGroups());
    }

    Privileges(FileSystem fileSystem, Groups groups) {
        this.fileSystem = fileSystem;
        this.groups = groups;
    }

    /** Before a write or a truncation at open. Whether the mode was changed, which the kernel does not know then. */
    public boolean clear(Caller caller, InodeId inode, Optional<HandleId> handle) {
        AttributeChange change = clearedBy(caller, inode, handle, AttributeChange.NONE);
        if (change.mode().isEmpty()) {
            return false;
        }
        fileSystem.setAttributes(caller, inode, handle, change);
        return true;
    }

    /** The change, with the mode that is left of the inode's. */
    public AttributeChange clearedBy(Caller caller, InodeId inode, Optional<HandleId> handle, AttributeChange change) {
        Attributes before = fileSystem.getAttributes(caller, inode, handle);
        int mode = change.mode().orElse(before.mode());
        int left = before.type() == InodeType.DIRECTORY ? mode : left(caller, before.gid(), mode);
        return left == mode ? change : change.withMode(left);
    }

    /** After an ACL was set by one who is not of the file's group (FUSE_SETXATTR_ACL_KILL_SGID). */
    public void clearSetGroupId(Caller caller, InodeId inode) {
        int mode = fileSystem.getAttributes(caller, inode, Optional.empty()).mode();
        if ((mode & SET_GROUP_ID) != 0) {
            AttributeChange change = AttributeChange.NONE.withMode(mode & ~SET_GROUP_ID);
            fileSystem.setAttributes(caller, inode, Optional.empty(), change);
        }
    }

    /** Without group execution set-group-id gives no program a group: whoever may give it to the file leaves it there. */
    private int left(Caller caller, int gid, int mode) {
        int cleared = mode & ~SET_USER_ID;
        boolean stays = (mode & SET_GROUP_ID) != 0
                && (mode & GROUP_EXECUTE) == 0
                && (caller.uid() == 0 || groups.include(caller, gid));
        return stays ? cleared : cleared & ~SET_GROUP_ID;
    }
}
