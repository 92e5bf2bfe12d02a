package io.dbfs.cluster.contents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.cluster.contents.FileLock.Owner;
import io.dbfs.common.Errno;
import io.dbfs.proto.LockReply;
import io.dbfs.proto.LockRequest;
import io.dbfs.proto.LockResult;
import io.dbfs.proto.ReleaseOwner;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of fcntl(2) and flock(2), one by one, and of the lease they are held under. */
final class LockTableTest {
    private static final long INODE = 9;
    private static final Owner A = new Owner(1, 10);
    private static final Owner B = new Owner(2, 10);
    private static final Owner C = new Owner(2, 11);

    private final LockMachine machine = new LockMachine();

    private static FileLock lock(Owner owner, boolean exclusive, long start, long end) {
        return new FileLock(owner, false, exclusive, start, end, 0);
    }

    private static FileLock flock(Owner owner, boolean exclusive) {
        return new FileLock(owner, true, exclusive, 0, Long.MAX_VALUE, 0);
    }

    private LockResult acquire(FileLock wanted) {
        return machine.acquire(INODE, wanted, false).getResult();
    }

    @Test
    void unlockingTheMiddleSplits() {
        acquire(lock(A, true, 0, Long.MAX_VALUE));
        machine.release(INODE, lock(A, true, 10, 19));
        assertEquals(
                List.of(lock(A, true, 0, 9), lock(A, true, 20, Long.MAX_VALUE)),
                machine.table(INODE).held());
    }

    @Test
    void touchingRangesOfOneModeAreOne() {
        acquire(lock(A, false, 0, 9));
        acquire(lock(A, false, 20, 29));
        acquire(lock(A, false, 10, 19));
        assertEquals(List.of(lock(A, false, 0, 29)), machine.table(INODE).held());
    }

    @Test
    void aNewModeReplacesTheOldOneWhereTheyOverlap() {
        acquire(lock(A, false, 0, 29));
        acquire(lock(A, true, 10, 19));
        assertEquals(
                List.of(lock(A, false, 0, 9), lock(A, true, 10, 19), lock(A, false, 20, 29)),
                machine.table(INODE).held());
    }

    @Test
    void flockAndFcntlDoNotSeeEachOther() {
        assertEquals(LockResult.DONE, acquire(lock(A, true, 0, Long.MAX_VALUE)));
        assertEquals(LockResult.DONE, acquire(flock(B, true)));
        assertEquals(LockResult.BUSY, acquire(flock(A, false)));
    }

    @Test
    void aFlockIsLetGoOfBeforeItIsHadInAnotherMode() {
        acquire(flock(A, false));
        acquire(flock(B, false));
        assertEquals(
                LockResult.WAITING, machine.acquire(INODE, flock(A, true), true).getResult());
        // A waits without what it shared, so B gets it and A follows.
        assertEquals(
                LockResult.DONE, machine.acquire(INODE, flock(B, true), true).getResult());
        machine.releaseOwner(INODE, B, false);
        assertEquals(List.of(flock(A, true)), machine.table(INODE).held());
    }

    @Test
    void aCycleOfWaitsIsEdeadlk() {
        acquire(lock(A, true, 0, 0));
        acquire(lock(B, true, 1, 1));
        acquire(lock(C, true, 2, 2));
        assertEquals(
                LockResult.WAITING,
                machine.acquire(INODE, lock(A, true, 1, 1), true).getResult());
        assertEquals(
                LockResult.WAITING,
                machine.acquire(INODE, lock(B, true, 2, 2), true).getResult());
        LockReply refused = machine.acquire(INODE, lock(C, true, 0, 0), true);
        assertEquals(Errno.EDEADLK.code(), refused.getRefusal().getErrno());
        machine.releaseOwner(INODE, C, false);
        assertEquals(LockResult.BUSY, acquire(lock(C, false, 2, 2)), "the lock went to the one that waited");
    }

    @Test
    void theLocksOfAMountThatIsGoneGoToThoseWhoWait() {
        acquire(lock(A, true, 0, 9));
        LockReply waiting = machine.acquire(INODE, lock(B, true, 5, 6), true);
        machine.drop(A.holder());
        assertEquals(List.of(lock(B, true, 5, 6)), machine.table(INODE).held());
        assertEquals(LockResult.GRANTED_BEFORE, machine.cancel(B.holder(), INODE, waiting.getTicket()));
    }

    @Test
    void anEndedLeaseIsRefusedAndAnotherBegins() {
        acquire(lock(A, true, 0, 9));
        LockRequest.Builder late = LockRequest.newBuilder()
                .setHolder(A.holder())
                .setReleaseOwner(ReleaseOwner.newBuilder().setInode(INODE).setOwner(A.id()));
        long lease = machine.acquire(INODE, lock(A, false, 50, 50), false).getLease();
        machine.drop(A.holder());
        LockReply refused = machine.runUnder(lease, late);
        assertEquals(Errno.ESTALE.code(), refused.getRefusal().getErrno());
        assertEquals(LockResult.DONE, acquire(lock(A, true, 0, 9)));
    }

    @Test
    void anOwnerThatIsClosedOutWaitsNoMore() {
        acquire(lock(A, true, 0, 9));
        machine.acquire(INODE, lock(B, true, 0, 9), true);
        machine.releaseOwner(INODE, B, true);
        machine.releaseOwner(INODE, A, true);
        assertEquals(List.of(), machine.table(INODE).held());
    }
}
