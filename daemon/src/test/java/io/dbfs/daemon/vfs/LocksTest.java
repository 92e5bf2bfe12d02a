package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.daemon.vfs.TestMount.Fd;
import io.dbfs.fuse.FileSystem.Lock;
import io.dbfs.fuse.FileSystem.LockOwner;
import io.dbfs.fuse.FileSystem.PendingLock;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Locks of two mounts on one file. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class LocksTest {
    private static final long ALL = Long.MAX_VALUE;

    private TestSystem system;
    private TestMount one;
    private TestMount two;
    private Fd first;
    private Fd second;

    @BeforeEach
    void start() throws IOException {
        system = new TestSystem();
        one = system.patientMount();
        two = system.patientMount();
        one.put("file", new byte[100]);
        first = one.open("file", TestMount.READ_WRITE);
        second = two.open("file", TestMount.READ_WRITE);
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private static Lock lock(boolean exclusive, long start, long end) {
        return new Lock(false, exclusive, start, end, 42);
    }

    private static LockOwner owner(Fd fd, long id) {
        return new LockOwner(fd.inode(), fd.handle(), id);
    }

    private void take(TestMount mount, Fd fd, Lock lock) {
        mount.fileSystem.lock(owner(fd, 1), lock, false).ask().join();
    }

    private CompletableFuture<Void> wait(TestMount mount, Fd fd, Lock lock) {
        return mount.fileSystem.lock(owner(fd, 1), lock, true).ask();
    }

    private static void assertEnds(Errno expected, CompletableFuture<Void> held) {
        CompletionException failure = assertThrows(CompletionException.class, held::join);
        FsException cause = assertInstanceOf(FsException.class, failure.getCause());
        assertEquals(expected, cause.errno());
    }

    @Test
    void whatOneMountLocksTheOtherCannot() {
        take(one, first, lock(true, 0, 9));
        TestMount.assertErrno(Errno.EAGAIN, () -> take(two, second, lock(false, 5, 5)));
        take(two, second, lock(true, 10, 19));
        one.fileSystem.unlock(owner(first, 1), lock(true, 0, ALL));
        take(two, second, lock(true, 0, 9));
    }

    @Test
    void theConflictIsTold() {
        take(one, first, lock(true, 3, 9));
        assertEquals(
                Optional.of(new Lock(false, true, 3, 9, 0)),
                two.fileSystem.testLock(owner(second, 1), lock(false, 0, ALL)));
        assertEquals(
                Optional.of(new Lock(false, true, 3, 9, 42)),
                one.fileSystem.testLock(owner(first, 2), lock(false, 0, ALL)));
        assertEquals(Optional.empty(), one.fileSystem.testLock(owner(first, 1), lock(true, 0, ALL)));
    }

    @Test
    void aLockIsHandedToTheOneThatWaits() {
        take(one, first, lock(true, 0, 9));
        CompletableFuture<Void> pending = wait(two, second, lock(true, 0, 9));
        assertFalse(pending.isDone());
        one.fileSystem.unlock(owner(first, 1), lock(true, 0, 9));
        pending.join();
        TestMount.assertErrno(Errno.EAGAIN, () -> take(one, first, lock(false, 0, 0)));
    }

    @Test
    void whoGetsALockReadsWhatWasWrittenUnderIt() {
        assertEquals(100, two.read(second, 0, 200).length);
        take(one, first, lock(true, 0, ALL));
        CompletableFuture<Void> pending = wait(two, second, lock(false, 0, ALL));
        one.write(first, 0, "written under a lock");
        one.fileSystem.unlock(owner(first, 1), lock(true, 0, ALL));
        pending.join();
        assertTrue(two.text(second).startsWith("written under a lock"));
        one.truncate(first, 7);
        two.fileSystem.unlock(owner(second, 1), lock(false, 0, ALL));
        take(two, second, lock(false, 0, ALL));
        assertEquals("written", two.text(second));
        assertEquals(7, two.stat(second).sizeBytes());
    }

    @Test
    void anInterruptedWaitIsOverAndTheLockIsNotHad() {
        take(one, first, lock(true, 0, 9));
        PendingLock pending = two.fileSystem.lock(owner(second, 1), lock(true, 0, 9), true);
        CompletableFuture<Void> held = pending.ask();
        pending.interrupt();
        assertEnds(Errno.EINTR, held);
        one.fileSystem.unlock(owner(first, 1), lock(true, 0, 9));
        take(one, first, lock(true, 0, 9));
    }

    @Test
    void waitsInACycleAreEdeadlk() {
        take(one, first, lock(true, 0, 0));
        take(two, second, lock(true, 1, 1));
        CompletableFuture<Void> pending = wait(one, first, lock(true, 1, 1));
        TestMount.assertErrno(Errno.EDEADLK, () -> wait(two, second, lock(true, 0, 0)));
        two.fileSystem.closeOwner(owner(second, 1));
        pending.join();
    }

    @Test
    void closingADescriptorLetsGoOfTheOwnersLocks() {
        take(one, first, lock(true, 0, 9));
        Fd again = one.open("file", 0);
        one.fileSystem.closeOwner(owner(again, 1));
        one.close(again);
        take(two, second, lock(true, 0, 9));
    }

    @Test
    void theLastCloseOfAnOpenFileLetsGoOfItsLocks() {
        take(one, first, new Lock(true, true, 0, ALL, 1));
        one.close(first);
        take(two, second, new Lock(true, true, 0, ALL, 1));
    }

    @Test
    void anUnmountLetsGoOfEverything() {
        take(one, first, lock(true, 0, 9));
        CompletableFuture<Void> pending = wait(two, second, lock(true, 0, 9));
        one.fileSystem.close();
        pending.join();
    }

    @Test
    void aLockCostsOneRequest() {
        take(one, first, lock(true, 0, 0));
        assertEquals(1L, one.calls(() -> take(one, first, lock(true, 1, 1))).get("Locks/Execute"));
        assertEquals(
                1L,
                one.calls(() -> one.fileSystem.unlock(owner(first, 1), lock(true, 0, ALL)))
                        .get("Locks/Execute"));
        assertEquals(
                null,
                one.calls(() -> one.fileSystem.closeOwner(owner(first, 1))).get("Locks/Execute"),
                "an owner that has nothing is closed without a request");
    }
}
