package io.dbfs.cluster.contents;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.LockFence;
import io.dbfs.proto.LockHolderRecord;

/** Keeps out what was written under locks that are gone: a mount that was cut off may send it much later. */
final class Fence {
    private Fence() {}

    /** Lets an operation pass that was made under no lock, or under a lease that has not ended; else EIO. */
    static void check(ContentsState state, ContentsOperation operation) {
        if (!operation.hasFence()) {
            return;
        }
        LockFence fence = operation.getFence();
        boolean live = state.changes()
                .get(Keys.lockHolder(fence.getHolder()))
                .map(value -> Records.parse(LockHolderRecord.parser(), value))
                .filter(record -> !record.getEnding() && record.getLease() == fence.getLease())
                .isPresent();
        if (!live) {
            throw new FsException(
                    Errno.EIO,
                    "lock lease " + fence.getLease() + " of holder " + Long.toHexString(fence.getHolder())
                            + " has ended");
        }
    }
}
