package io.dbfs.cluster.contents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.dbfs.common.Errno;
import io.dbfs.proto.AcquireLock;
import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.DropHolder;
import io.dbfs.proto.Extent;
import io.dbfs.proto.LockFence;
import io.dbfs.proto.LockMode;
import io.dbfs.proto.LockRange;
import io.dbfs.proto.LockReply;
import io.dbfs.proto.LockRequest;
import io.dbfs.proto.SetContentsOperation;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What was written under locks that are gone is not taken any more, however late it comes. */
final class FenceTest {
    private static final long INODE = 9;
    private static final long HOLDER = 77;

    private final Machine machine = new Machine();

    private LockReply lock(LockRequest.Builder request) {
        try {
            return LockReply.parseFrom(machine.apply(ContentsCommand.newBuilder()
                    .setLock(request.setHolder(HOLDER))
                    .build()
                    .toByteArray()));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private long acquire() {
        return lock(LockRequest.newBuilder()
                        .setAcquire(AcquireLock.newBuilder()
                                .setInode(INODE)
                                .setOwner(1)
                                .setRange(LockRange.newBuilder()
                                        .setMode(LockMode.EXCLUSIVE)
                                        .setEnd(Long.MAX_VALUE))))
                .getLease();
    }

    private void drop() {
        lock(LockRequest.newBuilder().setDropHolder(DropHolder.getDefaultInstance()));
    }

    private Optional<Errno> commit(long lease) {
        ContentsOutcome outcome = machine.run(ContentsOperation.newBuilder()
                .setCommit(CommitOperation.newBuilder()
                        .setInode(INODE)
                        .addExtents(Extent.newBuilder().setLength(1).setInline(ByteString.copyFromUtf8("x"))))
                .setFence(LockFence.newBuilder().setHolder(HOLDER).setLease(lease))
                .build());
        return Machine.errno(outcome.getRefusal());
    }

    @Test
    void whatIsWrittenUnderALeaseThatLivesIsTaken() {
        assertEquals(Optional.empty(), commit(acquire()));
    }

    @Test
    void whatWasWrittenUnderALeaseThatHasEndedIsEio() {
        long lease = acquire();
        drop();
        assertEquals(Optional.of(Errno.EIO), commit(lease));
        try (ContentsView view = machine.view()) {
            assertFalse(view.attributes(INODE).getExists());
        }
    }

    @Test
    void aLaterLeaseOfTheSameMountDoesNotCount() {
        long lease = acquire();
        drop();
        long later = acquire();
        assertEquals(Optional.of(Errno.EIO), commit(lease));
        assertEquals(Optional.empty(), commit(later));
    }

    @Test
    void truncationIsFencedAsWell() {
        long lease = acquire();
        drop();
        ContentsOutcome outcome = machine.run(ContentsOperation.newBuilder()
                .setSetContents(
                        SetContentsOperation.newBuilder().setInode(INODE).setSize(5))
                .setFence(LockFence.newBuilder().setHolder(HOLDER).setLease(lease))
                .build());
        assertEquals(Optional.of(Errno.EIO), Machine.errno(outcome.getRefusal()));
    }
}
