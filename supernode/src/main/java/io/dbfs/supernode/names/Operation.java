package io.dbfs.supernode.names;

import io.dbfs.proto.Inode;
import org.jspecify.annotations.Nullable;

/** One name operation with all that it needs to be decided. */
interface Operation {
    /**
     * Makes the operation's changes.
     *
     * @throws io.dbfs.common.FsException the operation fails, and nothing of the draft is kept
     */
    Result apply(Draft draft);

    /**
     * What an operation did.
     *
     * @param inode whom it was about, as it is now; null where it was about none
     * @param created a new inode was made
     */
    record Result(@Nullable Inode inode, boolean created) {
        static Result of(Inode inode) {
            return new Result(inode, false);
        }

        static Result of(Inode.Builder inode) {
            return of(inode.build());
        }
    }
}
