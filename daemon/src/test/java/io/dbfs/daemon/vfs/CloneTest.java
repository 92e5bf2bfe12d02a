package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.Errno;
import io.dbfs.daemon.vfs.TestMount.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** copy_file_range(2), fallocate(2) and lseek(2) as a program on one or two mounts sees them. */
final class CloneTest {
    private TestSystem system;
    private TestMount mount;

    @BeforeEach
    void start() throws IOException {
        system = new TestSystem();
        mount = system.patientMount();
    }

    @AfterEach
    void stop() {
        system.close();
    }

    @Test
    void copyingAFileTakesOneCommitAndMovesNoBytes() {
        byte[] bytes = new byte[9 << 20];
        new Random(1).nextBytes(bytes);
        mount.put("source", bytes);
        Fd source = mount.open("source", 0);
        Fd target = mount.create("target");
        Map<String, Long> calls =
                mount.calls(() -> assertEquals(bytes.length, mount.copy(source, 0, target, 0, bytes.length)));
        assertEquals(Map.of("Contents/Execute", 1L), calls);
        mount.close(source);
        mount.close(target);
        assertArrayEquals(bytes, system.watchfulMount().get("target"));
    }

    @Test
    void writingToEitherLeavesTheOtherAsItWas() {
        byte[] bytes = new byte[100_000];
        Arrays.fill(bytes, (byte) 'a');
        mount.put("source", bytes);
        Fd source = mount.open("source", TestMount.READ_WRITE);
        Fd target = mount.create("target");
        mount.copy(source, 0, target, 0, bytes.length);
        mount.write(source, 10, "source");
        mount.write(target, 50_000, "target");
        mount.close(source);
        mount.close(target);
        byte[] expectedSource = bytes.clone();
        System.arraycopy("source".getBytes(StandardCharsets.US_ASCII), 0, expectedSource, 10, 6);
        System.arraycopy("target".getBytes(StandardCharsets.US_ASCII), 0, bytes, 50_000, 6);
        assertArrayEquals(expectedSource, mount.get("source"));
        assertArrayEquals(bytes, mount.get("target"));
    }

    @Test
    void whatIsNotCommittedYetIsCopiedAndSynced() {
        Fd source = mount.create("source");
        Fd target = mount.create("target");
        byte[] bytes = new byte[200_000];
        new Random(2).nextBytes(bytes);
        mount.write(source, 0, bytes);
        mount.write(target, 0, "overwritten");
        assertEquals(bytes.length, mount.copy(source, 0, target, 0, bytes.length));
        mount.fsync(target);
        assertArrayEquals(bytes, mount.read(target, 0, bytes.length));
        mount.close(source);
        mount.unlink("source");
        mount.close(target);
        assertArrayEquals(bytes, system.watchfulMount().get("target"));
    }

    @Test
    void overlappingRangesOfOneFileAreRefused() {
        Fd file = mount.create("file");
        mount.write(file, 0, "0123456789");
        TestMount.assertErrno(Errno.EINVAL, () -> mount.copy(file, 0, file, 5, 6));
        assertEquals(5, mount.copy(file, 0, file, 5, 5));
        assertEquals("0123401234", mount.text(file));
        assertEquals(0, mount.copy(file, 10, file, 0, 5));
        mount.close(file);
    }

    @Test
    void onlyTheModesOfFallocateThatAreServedAreTaken() {
        Fd file = mount.create("file");
        mount.write(file, 0, "0123456789");
        for (int mode : new int[] {0x02, 0x08, 0x20, 0x40, 0x13, 0x09}) {
            TestMount.assertErrno(Errno.EOPNOTSUPP, () -> mount.allocate(file, mode, 0, 4));
        }
        TestMount.assertErrno(Errno.EINVAL, () -> mount.allocate(file, 0, 0, 0));
        TestMount.assertErrno(Errno.EINVAL, () -> mount.allocate(file, 0, -1, 1));
        TestMount.assertErrno(Errno.EFBIG, () -> mount.allocate(file, 0, 1L << 44, 1));
        mount.allocate(file, 0x01, 0, 100);
        assertEquals(10, mount.stat(file).sizeBytes());
        mount.allocate(file, 0, 0, 12);
        assertEquals(12, mount.stat(file).sizeBytes());
        mount.allocate(file, 0x10, 8, 10);
        assertEquals(18, mount.stat(file).sizeBytes());
        mount.allocate(file, 0x03, 0, 2);
        assertArrayEquals(
                new byte[] {0, 0, '2', '3', '4', '5', '6', '7', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                mount.read(file, 0, 100));
        mount.close(file);
    }

    @Test
    void moreThanThereIsRoomForIsNotAllocated() {
        Fd file = mount.create("file");
        TestMount.assertErrno(Errno.ENOSPC, () -> mount.allocate(file, 0, 0, 1L << 43));
        assertEquals(0, mount.stat(file).sizeBytes());
        mount.close(file);
    }

    @Test
    void uncommittedDataIsNoHole() {
        Fd file = mount.create("file");
        mount.truncate(file, 1 << 20);
        mount.write(file, 4096, "data");
        assertEquals(4096, mount.seek(file, 0, true));
        assertEquals(0, mount.seek(file, 0, false));
        assertEquals(4100, mount.seek(file, 4096, false));
        TestMount.assertErrno(Errno.ENXIO, () -> mount.seek(file, 4100, true));
        assertEquals(1 << 19, mount.seek(file, 1 << 19, false));
        TestMount.assertErrno(Errno.ENXIO, () -> mount.seek(file, 1 << 20, false));
        mount.close(file);
    }
}
