package io.dbfs.daemon.vfs;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.AttributeChange.TimeChange;
import io.dbfs.common.InodeId;
import io.dbfs.proto.Inode;
import io.dbfs.proto.SetContentsOperation;
import java.util.OptionalLong;

/** What truncate(2) or utimensat(2) changes at a file's cluster. */
record SetContents(Inode identity, OptionalLong sizeBytes, TimeChange atime, TimeChange mtime) {
    static SetContents of(Inode identity, AttributeChange change) {
        return new SetContents(identity, change.sizeBytes(), change.atime(), change.mtime());
    }

    static SetContents size(Inode identity, long sizeBytes) {
        return new SetContents(identity, OptionalLong.of(sizeBytes), TimeChange.KEEP, TimeChange.KEEP);
    }

    SetContentsOperation toOperation(InodeId inode, long nowNanos) {
        SetContentsOperation.Builder operation = SetContentsOperation.newBuilder()
                .setInode(inode.value())
                .setTimeNanos(nowNanos)
                .setInitialAtimeNanos(identity.getAtimeNanos())
                .setInitialMtimeNanos(identity.getMtimeNanos());
        sizeBytes.ifPresent(operation::setSize);
        switch (atime.kind()) {
            case KEEP -> {}
            case NOW -> operation.setAtimeNow(true);
            case SET -> operation.setAtimeNanos(atime.nanos());
        }
        switch (mtime.kind()) {
            case KEEP -> {}
            case NOW -> operation.setMtimeNow(true);
            case SET -> operation.setMtimeNanos(mtime.nanos());
        }
        return operation.build();
    }
}
