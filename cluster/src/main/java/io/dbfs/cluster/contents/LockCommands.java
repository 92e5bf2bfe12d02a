package io.dbfs.cluster.contents;

import io.dbfs.cluster.contents.FileLock.Owner;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.AcquireLock;
import io.dbfs.proto.CancelWait;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.FileRecord;
import io.dbfs.proto.LockGrant;
import io.dbfs.proto.LockHolderRecord;
import io.dbfs.proto.LockReply;
import io.dbfs.proto.LockRequest;
import io.dbfs.proto.LockResult;
import io.dbfs.proto.ReleaseLock;
import io.dbfs.proto.ReleaseOwner;
import java.util.List;
import java.util.Optional;

/** What mounts ask of the locks of files. */
final class LockCommands {
    private final ContentsState state;
    private final LockTables tables;
    private final LockRequest request;
    /** Names what this command begins: a lease, a place in a queue. */
    private final long index;

    private final LockReply.Builder reply = LockReply.newBuilder();

    private LockCommands(ContentsState state, LockRequest request, long index) {
        this.state = state;
        this.tables = new LockTables(state.changes());
        this.request = request;
        this.index = index;
    }

    static LockReply apply(ContentsState state, LockRequest request, long index) {
        LockCommands commands = new LockCommands(state, request, index);
        commands.apply();
        return commands.reply.build();
    }

    private void apply() {
        if (request.getRequestCase() == LockRequest.RequestCase.DROP_HOLDER) {
            dropHolder();
            return;
        }
        requireLease();
        switch (request.getRequestCase()) {
            case ACQUIRE -> acquire(request.getAcquire());
            case RELEASE -> release(request.getRelease());
            case RELEASE_OWNER -> releaseOwner(request.getReleaseOwner());
            case CANCEL_WAIT -> cancel(request.getCancelWait());
            case DROP_HOLDER, REQUEST_NOT_SET -> throw new IllegalStateException("lock request of a newer version");
        }
    }

    private Optional<LockHolderRecord> holder() {
        return state.changes()
                .get(Keys.lockHolder(request.getHolder()))
                .map(value -> Records.parse(LockHolderRecord.parser(), value));
    }

    /** A lease is begun by the first lock, and named in every request from then on. */
    private void requireLease() {
        Optional<LockHolderRecord> known = holder();
        boolean live = known.filter(record -> !record.getEnding()).isPresent();
        long lease = live ? known.get().getLease() : 0;
        boolean begins = request.getLease() == 0 && known.isEmpty() && request.hasAcquire();
        if (!begins && (lease == 0 || (request.getLease() != 0 && request.getLease() != lease))) {
            throw new FsException(
                    Errno.ESTALE,
                    "lock lease " + request.getLease() + " of holder " + Long.toHexString(request.getHolder())
                            + " has ended");
        }
        reply.setLease(lease);
    }

    private void beginLease() {
        if (reply.getLease() == 0) {
            reply.setLease(index);
            putHolder(LockHolderRecord.newBuilder().setLease(index).build());
        }
    }

    private void putHolder(LockHolderRecord record) {
        state.changes().put(Keys.lockHolder(request.getHolder()), record.toByteArray());
    }

    private Owner owner(long id) {
        return new Owner(request.getHolder(), id);
    }

    private void acquire(AcquireLock acquire) {
        Files.requireInode(acquire.getInode());
        FileLock wanted = FileLock.of(owner(acquire.getOwner()), acquire.getRange());
        LockTable table = tables.of(acquire.getInode());
        if (wanted.flock()) {
            // In another mode it is let go of first: else two that share it and both want it alone wait for ever.
            table.release(wanted.owner(), true, wanted.start(), wanted.end());
        }
        if (table.conflict(wanted).isEmpty()) {
            table.grant(wanted);
            reply.setResult(LockResult.DONE);
            beginLease();
        } else if (acquire.getWait()) {
            if (!wanted.flock() && tables.wouldDeadlock(table, wanted)) {
                throw new FsException(Errno.EDEADLK, "the lock would wait for its own owner");
            }
            table.enqueue(index, wanted);
            reply.setResult(LockResult.WAITING).setTicket(index);
            beginLease();
        } else {
            reply.setResult(LockResult.BUSY);
        }
        finish(acquire.getInode(), table, wanted.owner());
    }

    private void release(ReleaseLock release) {
        Owner owner = owner(release.getOwner());
        LockTable table = tables.of(release.getInode());
        if (release.getStart() < 0 || release.getEnd() < release.getStart()) {
            throw new FsException(Errno.EINVAL, "unlock: " + release.getStart() + " to " + release.getEnd());
        }
        table.release(owner, release.getFlock(), release.getStart(), release.getEnd());
        finish(release.getInode(), table, owner);
    }

    private void releaseOwner(ReleaseOwner release) {
        Owner owner = owner(release.getOwner());
        LockTable table = tables.of(release.getInode());
        table.releaseOwner(owner);
        if (release.getWaitsToo()) {
            table.cancelAll(owner);
        }
        finish(release.getInode(), table, owner);
    }

    private void cancel(CancelWait cancel) {
        LockTable table = tables.of(cancel.getInode());
        if (table.cancel(cancel.getTicket())) {
            tables.save(cancel.getInode(), table);
        } else {
            reply.setResult(LockResult.GRANTED_BEFORE);
        }
    }

    /** Takes everything off an ended mount, file by file, so that no command runs for long. */
    private void dropHolder() {
        Optional<LockHolderRecord> known = holder();
        boolean meant = known.filter(record -> request.getLease() == 0 || record.getLease() == request.getLease())
                .isPresent();
        if (!meant) {
            return;
        }
        List<Long> inodes = tables.filesOf(request.getHolder(), Limits.DROPPED_LOCK_FILES_MAX);
        for (long inode : inodes) {
            LockTable table = tables.of(inode);
            table.releaseHolder(request.getHolder());
            grant(inode, table);
            tables.save(inode, table);
        }
        if (inodes.size() < Limits.DROPPED_LOCK_FILES_MAX) {
            state.changes().delete(Keys.lockHolder(request.getHolder()));
        } else {
            putHolder(known.get().toBuilder().setEnding(true).build());
            reply.setMore(true);
        }
    }

    /** Hands on what became free, and tells how the file is now. */
    private void finish(long inode, LockTable table, Owner owner) {
        grant(inode, table);
        tables.save(inode, table);
        reply.setOwnerHolds(table.holds(owner))
                .setAttributes(state.file(inode)
                        .map(FileRecord::getAttributes)
                        .orElseGet(() ->
                                FileAttributes.newBuilder().setInode(inode).build()));
    }

    private void grant(long inode, LockTable table) {
        for (LockTable.Waiting granted : table.grantWaiting()) {
            reply.addGrants(LockGrant.newBuilder()
                    .setHolder(granted.wanted().owner().holder())
                    .setInode(inode)
                    .setTicket(granted.ticket()));
        }
    }
}
