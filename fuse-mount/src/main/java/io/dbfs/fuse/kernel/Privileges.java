package io.dbfs.fuse.kernel;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.Attributes;
import io.dbfs.common.Caller;
import io.dbfs.common.InodeId;
import io.dbfs.common.InodeType;
import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.HandleId;
import java.util.Optional;

/**
 * Takes set-user-id and set-group-id away when a file's contents or owner change, as Linux does. The kernel leaves that to
 * us (FUSE_HANDLE_KILLPRIV_V2) and says when it is due.
 */
final class Privileges {
    private static final int SET_USER_ID = 04000;
    private static final int SET_GROUP_ID = 02000;
    private static final int GROUP_EXECUTE = 00010;

    private final FileSystem fileSystem;

    Privileges(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    /** Before a write or a truncation at open. */
    void clear(Caller caller, InodeId inode, Optional<HandleId> handle) {
        AttributeChange change = clearedBy(caller, inode, handle, AttributeChange.NONE);
        if (change.mode().isPresent()) {
            fileSystem.setAttributes(caller, inode, handle, change);
        }
    }

    /** The change, with the mode that is left of the inode's. */
    AttributeChange clearedBy(Caller caller, InodeId inode, Optional<HandleId> handle, AttributeChange change) {
        Attributes before = fileSystem.getAttributes(caller, inode, handle);
        int mode = change.mode().orElse(before.mode());
        int left = before.type() == InodeType.DIRECTORY ? mode : without(mode);
        return left == mode ? change : change.withMode(left);
    }

    /** Without group execution set-group-id means mandatory locking, and stays. */
    static int without(int mode) {
        int cleared = mode & ~SET_USER_ID;
        return (mode & GROUP_EXECUTE) == 0 ? cleared : cleared & ~SET_GROUP_ID;
    }
}
