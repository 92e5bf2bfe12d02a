package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.daemon.vfs.TestMount.Fd;
import io.dbfs.fuse.FileSystem.XattrMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** security.capability belongs to the contents that it was given to, whoever changes them (capabilities(7)). */
final class CapabilityTest {
    private static final byte[] NAME = "security.capability".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = {1, 0, 0, 2};

    private TestSystem system;
    private TestMount mount;
    private Fd fd;

    @BeforeEach
    void start() throws IOException {
        system = new TestSystem();
        mount = system.patientMount();
        mount.put("file", new byte[10]);
        fd = mount.open("file", TestMount.READ_WRITE | TestMount.APPEND);
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private void give() {
        mount.fileSystem.setXattr(Caller.ROOT, fd.inode(), NAME, VALUE, XattrMode.CREATE_OR_REPLACE);
        assertArrayEquals(VALUE, mount.fileSystem.getXattr(Caller.ROOT, fd.inode(), NAME));
    }

    private void assertGoesBy(Runnable change) {
        give();
        change.run();
        TestMount.assertErrno(Errno.ENODATA, () -> mount.fileSystem.getXattr(Caller.ROOT, fd.inode(), NAME));
    }

    @Test
    void everyChangeOfTheContentsTakesItAway() {
        assertGoesBy(() -> mount.write(fd, 0, "appended by root"));
        assertGoesBy(() -> mount.truncate(fd, 3));
        assertGoesBy(() -> mount.allocate(fd, 0, 0, 100));
        assertGoesBy(() -> mount.close(mount.open("file", TestMount.READ_WRITE | TestMount.TRUNCATE)));
        mount.put("source", new byte[100]);
        Fd source = mount.open("source", 0);
        assertGoesBy(() -> mount.copy(source, 0, fd, 0, 100));
    }

    @Test
    void otherMountsSeeToItAsWell() {
        TestMount other = system.watchfulMount();
        Fd there = other.open("file", TestMount.READ_WRITE);
        give();
        other.write(there, 0, "x");
        Await.until(
                "it is heard of",
                () -> mount.fileSystem.listXattrs(Caller.ROOT, fd.inode()).isEmpty());
    }

    @Test
    void writingToWhatHasNoneCostsNothing() {
        assertEquals(Map.of(), mount.calls(() -> mount.write(fd, 0, "more")));
    }
}
