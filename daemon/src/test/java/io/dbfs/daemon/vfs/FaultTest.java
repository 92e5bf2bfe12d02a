package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.daemon.vfs.TestMount.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What programs see of nodes that die and of replies that are lost: nothing, or an error; never a silent loss. */
final class FaultTest {
    private TestSystem system;

    @BeforeEach
    void start() throws IOException {
        system = new TestSystem();
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aNodeThatDiesWhileAFileIsWrittenIsNotSeen() {
        TestMount mount = system.watchfulMount();
        Fd fd = mount.create("file");
        byte[] bytes = random(6 << 20);
        mount.write(fd, 0, Arrays.copyOf(bytes, 2_500_000));
        system.cluster().kill(2);
        mount.write(fd, 2_500_000, Arrays.copyOfRange(bytes, 2_500_000, bytes.length));
        mount.close(fd);
        assertArrayEquals(bytes, mount.get("file"));
    }

    @Test
    void aNodeThatDiesIsNotSeenByAReader() {
        TestMount mount = system.watchfulMount();
        byte[] bytes = random(5 << 20);
        mount.put("file", bytes);
        system.cluster().kill(3);
        assertArrayEquals(bytes, mount.get("file"));
    }

    @Test
    void lostRepliesNeverActTwice() {
        LostReplies lost = new LostReplies();
        TestMount mount = system.watchfulMount(lost);
        lost.loseEvery(3);
        StringBuilder expected = new StringBuilder();
        mount.close(mount.create("log"));
        for (int i = 0; i < 12; i++) {
            Fd fd = mount.open("log", TestMount.READ_WRITE | TestMount.APPEND);
            mount.write(fd, 0, i + ";");
            mount.close(fd);
            expected.append(i).append(';');
        }
        for (int i = 0; i < 6; i++) {
            mount.rename("log", "log" + i);
            mount.rename("log" + i, "log");
        }
        lost.loseEvery(0);
        assertEquals(expected.toString(), new String(mount.get("log"), StandardCharsets.UTF_8));
    }

    @Test
    void anErrorOfABackgroundCommitIsToldByClose() {
        LostReplies lost = new LostReplies();
        TestMount mount = system.watchfulMount(lost);
        Fd fd = mount.create("file");
        mount.write(fd, 0, "first");
        lost.refuse("Contents/Execute", Errno.ENOSPC);
        TestMount.assertErrno(Errno.ENOSPC, () -> mount.fsync(fd));
        mount.write(fd, 0, "again");
        FsException error = Assertions.assertThrows(FsException.class, () -> mount.close(fd));
        assertEquals(Errno.ENOSPC, error.errno());
        lost.refuse("", Errno.EIO);
        assertEquals(0, mount.stat("file").sizeBytes(), "what was told as lost does not appear");
    }

    @Test
    void everyHandleIsToldOnceOfALostWrite() {
        LostReplies lost = new LostReplies();
        TestMount mount = system.watchfulMount(lost);
        Fd writer = mount.create("file");
        Fd other = mount.open("file", TestMount.READ_WRITE);
        mount.write(writer, 0, "data");
        lost.refuse("Contents/Execute", Errno.EIO);
        TestMount.assertErrno(Errno.EIO, () -> mount.fsync(writer));
        lost.refuse("", Errno.EIO);
        TestMount.assertErrno(Errno.EIO, () -> mount.fsync(other));
        mount.fsync(other);
        mount.fsync(writer);
        mount.close(writer);
        mount.close(other);
    }
}
