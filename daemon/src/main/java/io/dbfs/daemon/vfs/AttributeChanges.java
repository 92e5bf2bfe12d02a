package io.dbfs.daemon.vfs;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.AttributeChange.TimeChange;
import io.dbfs.common.Attributes;
import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.SetIdentityOperation;
import java.time.InstantSource;
import java.util.OptionalLong;

/**
 * chmod, chown, truncate, utimensat: identity goes to the supernode, a regular file's size and times to its cluster.
 * Thread-safe; blocks.
 */
final class AttributeChanges {
    private final NameOperations names;
    private final FileOperations files;
    private final Stats stats;
    private final InstantSource clock;

    AttributeChanges(NameOperations names, FileOperations files, Stats stats, InstantSource clock) {
        this.names = names;
        this.files = files;
        this.stats = stats;
        this.clock = clock;
    }

    Attributes apply(Caller caller, InodeId inode, AttributeChange change) {
        Inode identity = stats.oldIdentity(inode);
        boolean regular = identity.getType() == InodeType.REGULAR;
        boolean times =
                change.atime().kind() != TimeChange.Kind.KEEP || change.mtime().kind() != TimeChange.Kind.KEEP;
        if (change.sizeBytes().isPresent() && !regular) {
            throw new FsException(identity.getType() == InodeType.DIRECTORY ? Errno.EISDIR : Errno.EINVAL);
        }
        if (change.atime().kind() != TimeChange.Kind.KEEP) {
            stats.readTimes().forget(inode);
        }
        if (change.mode().isPresent()
                || change.uid().isPresent()
                || change.gid().isPresent()
                || (times && !regular)) {
            setIdentity(caller, inode, change, !regular);
        }
        if (regular && (times || change.sizeBytes().isPresent())) {
            files.with(identity, file -> setContents(caller, file, change));
        }
        return stats.of(inode);
    }

    private void setIdentity(Caller caller, InodeId inode, AttributeChange change, boolean withTimes) {
        SetIdentityOperation.Builder set = SetIdentityOperation.newBuilder().setInode(inode.value());
        change.mode().ifPresent(set::setMode);
        change.uid().ifPresent(set::setUid);
        change.gid().ifPresent(set::setGid);
        if (withTimes) {
            switch (change.atime().kind()) {
                case KEEP -> {}
                case NOW -> set.setAtimeNow(true);
                case SET -> set.setAtimeNanos(change.atime().nanos());
            }
            switch (change.mtime().kind()) {
                case KEEP -> {}
                case NOW -> set.setMtimeNow(true);
                case SET -> set.setMtimeNanos(change.mtime().nanos());
            }
        }
        try {
            names.execute(caller, operation -> operation.setSetIdentity(set));
        } catch (FsException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            stats.changeRemoved(inode, set.build(), WriteServices.epochNanos(clock));
        }
    }

    private void setContents(Caller caller, OpenFile file, AttributeChange change) {
        if (change.sizeBytes().isPresent()) {
            files.dropCapability(caller, file);
            files.resize(
                    file,
                    SetContents.of(file.identity(), change),
                    change.sizeBytes().getAsLong());
        } else if (!file.writer().setTimesWithCommit(nanos(change.atime()), nanos(change.mtime()))) {
            file.writer().change(SetContents.of(file.identity(), change));
        }
    }

    private OptionalLong nanos(TimeChange change) {
        return switch (change.kind()) {
            case KEEP -> OptionalLong.empty();
            case NOW -> OptionalLong.of(WriteServices.epochNanos(clock));
            case SET -> OptionalLong.of(change.nanos());
        };
    }
}
