package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.daemon.vfs.TestMount.Fd;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes without room, and chunks that nobody commits. */
final class SpaceTest {
    private static final int MIB = 1 << 20;

    private final LostReplies lost = new LostReplies();
    private TestSystem system;
    private TestMount mount;

    @BeforeEach
    void start() throws IOException {
        system = new TestSystem();
        mount = system.patientMount(lost);
    }

    @AfterEach
    void stop() {
        system.close();
    }

    @Test
    void whatWasStoredBeforeTheNodesWereFullIsKept() {
        Fd fd = mount.create("file");
        mount.write(fd, 0, filled(0));
        lost.refuse("Contents/Allocate", Errno.ENOSPC);
        FsException full = Assertions.assertThrows(FsException.class, () -> {
            for (int i = 1; i < 40; i++) {
                mount.write(fd, (long) i * MIB, filled(i));
            }
        });
        assertEquals(Errno.ENOSPC, full.errno());
        long stored = mount.stat(fd).sizeBytes();
        assertTrue(stored >= 8 * MIB, "stored: " + stored);
        TestMount.assertErrno(Errno.ENOSPC, () -> mount.fsync(fd));
        mount.fsync(fd);
        assertEquals(stored, mount.stat(fd).sizeBytes());
        TestMount other = system.watchfulMount();
        assertEquals(stored, other.stat("file").sizeBytes());
        Fd reader = other.open("file", 0);
        for (int i = 0; i < stored / MIB; i++) {
            assertArrayEquals(filled(i), other.read(reader, (long) i * MIB, MIB));
        }
        other.close(reader);

        lost.refuse("", Errno.EIO);
        mount.write(fd, stored, "more");
        mount.fsync(fd);
        mount.close(fd);
        assertEquals(stored + 4, other.stat("file").sizeBytes());
    }

    @Test
    void chunksOverwrittenBeforeTheyAreCommittedAreDeleted() {
        Fd fd = mount.create("file");
        for (int i = 0; i < 5; i++) {
            mount.write(fd, 0, filled(i));
            mount.write(fd, MIB, filled(i));
        }
        mount.fsync(fd);
        Await.until("two copies of 2 MiB are all there is", () -> storedBytes() == 2 * 2 * MIB);
        assertArrayEquals(filled(4), mount.read(fd, 0, MIB));
        mount.close(fd);
    }

    @Test
    void chunksOfARefusedCommitAreDeleted() {
        Fd fd = mount.create("file");
        mount.write(fd, 0, filled(1));
        mount.write(fd, MIB, filled(2));
        lost.refuse("Contents/Execute", Errno.EIO);
        TestMount.assertErrno(Errno.EIO, () -> mount.fsync(fd));
        lost.refuse("", Errno.EIO);
        Await.until("nothing is stored", () -> storedBytes() == 0);
        mount.close(fd);
    }

    private long storedBytes() {
        return IntStream.rangeClosed(1, 3)
                .mapToLong(node -> system.cluster().store(node).usage().bytes())
                .sum();
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[MIB];
        Arrays.fill(bytes, (byte) (value + 1));
        return bytes;
    }
}
