package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.daemon.vfs.TestMount.Fd;
import io.dbfs.fuse.FileSystem.Lock;
import io.dbfs.fuse.FileSystem.LockOwner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A mount is cut off for longer than its locks last. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class LostLeaseTest {
    private static final Lock EXCLUSIVE = new Lock(false, true, 0, Long.MAX_VALUE, 42);

    private final CutOff network = new CutOff();
    private TestSystem system;
    private TestMount cutOff;
    private TestMount other;
    private Fd first;
    private Fd second;

    @BeforeEach
    void start() throws IOException {
        system = new TestSystem(Duration.ofSeconds(3));
        cutOff = system.patientMount(network);
        other = system.patientMount();
        other.put("file", "as it was".getBytes(StandardCharsets.UTF_8));
        first = cutOff.open("file", TestMount.READ_WRITE);
        second = other.open("file", TestMount.READ_WRITE);
    }

    @AfterEach
    void stop() {
        network.mend();
        system.close();
    }

    private static LockOwner owner(Fd fd) {
        return new LockOwner(fd.inode(), fd.handle(), 1);
    }

    private static boolean take(TestMount mount, Fd fd) {
        try {
            mount.fileSystem.lock(owner(fd), EXCLUSIVE, false).ask().join();
            return true;
        } catch (FsException e) {
            assertEquals(Errno.EAGAIN, e.errno());
            return false;
        }
    }

    /** Until another mount has the lock. */
    private void loseTheLock() {
        take(cutOff, first);
        cutOff.write(first, 0, "never to be seen");
        network.cut();
        Await.until("the lock is free", () -> take(other, second));
    }

    @Test
    void whatItWroteUnderTheLockIsDiscarded() {
        loseTheLock();
        other.write(second, 0, "kept");
        other.fileSystem.unlock(owner(second), EXCLUSIVE);
        network.mend();
        Await.until("the loss is noticed", () -> fails(Errno.EIO, () -> cutOff.write(first, 0, "neither to be seen")));
        TestMount.assertErrno(Errno.EIO, () -> cutOff.fileSystem.flush(first.inode(), first.handle()));
        assertThrows(FsException.class, () -> cutOff.fileSystem.closeOwner(owner(first)));
        cutOff.fileSystem.release(first.inode(), first.handle());
        assertEquals("keptt was", cutOff.text(cutOff.open("file", 0)));
        assertEquals("keptt was", other.text(second));
    }

    @Test
    void anOwnerThatClosesAnotherHandleOfTheFileLeavesNothingToCommit() {
        loseTheLock();
        network.mend();
        Fd reading = cutOff.open("file", 0);
        Await.until("the loss is noticed", () -> fails(Errno.EIO, () -> cutOff.read(reading, 0, 1)));
        TestMount.assertErrno(
                Errno.EIO, () -> cutOff.fileSystem.closeOwner(new LockOwner(first.inode(), reading.handle(), 1)));
        TestMount.assertErrno(Errno.EIO, () -> cutOff.fileSystem.flush(first.inode(), first.handle()));
        assertEquals("as it was", other.text(other.open("file", 0)));
        cutOff.fileSystem.release(first.inode(), first.handle());
        assertEquals("as it was", other.text(other.open("file", 0)));
    }

    private static boolean fails(Errno errno, Runnable call) {
        try {
            call.run();
            return false;
        } catch (FsException e) {
            assertEquals(errno, e.errno());
            return true;
        }
    }
}
