package io.dbfs.cluster.contents;

import com.google.protobuf.InvalidProtocolBufferException;
import io.dbfs.cluster.contents.FileLock.Owner;
import io.dbfs.proto.AcquireLock;
import io.dbfs.proto.CancelWait;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.DropHolder;
import io.dbfs.proto.FileLocksRecord;
import io.dbfs.proto.LockReply;
import io.dbfs.proto.LockRequest;
import io.dbfs.proto.LockResult;
import io.dbfs.proto.ReleaseLock;
import io.dbfs.proto.ReleaseOwner;
import io.dbfs.raft.StateView;
import java.util.HashMap;
import java.util.Map;

/** The contents machine, asked for locks as mounts do, each under the lease it was given. */
final class LockMachine {
    private final Machine machine = new Machine();
    private final Map<Long, Long> leases = new HashMap<>();

    LockReply acquire(long inode, FileLock wanted, boolean wait) {
        return run(LockRequest.newBuilder()
                .setHolder(wanted.owner().holder())
                .setAcquire(AcquireLock.newBuilder()
                        .setInode(inode)
                        .setOwner(wanted.owner().id())
                        .setRange(wanted.toRange())
                        .setWait(wait)));
    }

    LockReply release(long inode, FileLock range) {
        return run(LockRequest.newBuilder()
                .setHolder(range.owner().holder())
                .setRelease(ReleaseLock.newBuilder()
                        .setInode(inode)
                        .setOwner(range.owner().id())
                        .setFlock(range.flock())
                        .setStart(range.start())
                        .setEnd(range.end())));
    }

    LockReply releaseOwner(long inode, Owner owner, boolean waitsToo) {
        return run(LockRequest.newBuilder()
                .setHolder(owner.holder())
                .setReleaseOwner(ReleaseOwner.newBuilder()
                        .setInode(inode)
                        .setOwner(owner.id())
                        .setWaitsToo(waitsToo)));
    }

    LockResult cancel(long holder, long inode, long ticket) {
        return run(LockRequest.newBuilder()
                        .setHolder(holder)
                        .setCancelWait(CancelWait.newBuilder().setInode(inode).setTicket(ticket)))
                .getResult();
    }

    void drop(long holder) {
        run(LockRequest.newBuilder().setHolder(holder).setDropHolder(DropHolder.getDefaultInstance()));
        leases.remove(holder);
    }

    LockReply run(LockRequest.Builder request) {
        return runUnder(leases.getOrDefault(request.getHolder(), 0L), request);
    }

    LockReply runUnder(long lease, LockRequest.Builder request) {
        request.setLease(lease);
        byte[] command = ContentsCommand.newBuilder().setLock(request).build().toByteArray();
        try {
            LockReply reply = LockReply.parseFrom(machine.apply(command));
            if (reply.getLease() != 0) {
                leases.put(request.getHolder(), reply.getLease());
            }
            return reply;
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    LockTable table(long inode) {
        try (StateView view = machine.store.view()) {
            return LockTable.of(Records.get(view, Keys.locks(inode), FileLocksRecord.parser())
                    .orElse(FileLocksRecord.getDefaultInstance()));
        }
    }

    /** Whether any record of locks, of mounts or of waits is there. */
    boolean anythingIsLeft() {
        boolean[] any = new boolean[1];
        try (StateView view = machine.store.view()) {
            for (byte tag = Keys.locks(0)[0]; tag <= Keys.lockWaits(new Owner(0, 0))[0]; tag++) {
                byte[] prefix = {tag};
                view.scan(prefix, prefix, (key, value) -> {
                    any[0] = true;
                    return false;
                });
            }
        }
        return any[0];
    }
}
