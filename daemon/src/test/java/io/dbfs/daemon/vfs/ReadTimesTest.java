package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.AttributeChange.TimeChange;
import io.dbfs.common.Attributes;
import io.dbfs.common.Caller;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.daemon.vfs.TestMount.Fd;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** atime under relatime: which reads change it, and what that costs. */
final class ReadTimesTest {
    private static final int NO_ATIME = 01000000;

    private TestSystem system;
    private TestMount mount;

    @BeforeEach
    void start() throws IOException {
        system = new TestSystem();
        mount = system.patientMount();
        mount.put("file", new byte[] {1, 2, 3});
        setTimes(1_000, 2_000);
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private void setTimes(long atime, long mtime) {
        Fd fd = mount.open("file", TestMount.READ_WRITE);
        mount.change(fd, AttributeChange.NONE.withAtime(TimeChange.to(atime)).withMtime(TimeChange.to(mtime)));
        mount.close(fd);
    }

    private void read(int flags) {
        Fd fd = mount.open("file", flags);
        mount.read(fd, 0, 3);
        mount.close(fd);
    }

    @Test
    void readingShowsAtOnceAndCostsNoCommitOfItsOwn() {
        Map<String, Long> calls = mount.calls(() -> read(0));
        assertEquals(null, calls.get("Contents/Execute"));
        long atime = mount.stat("file").atimeNanos();
        assertTrue(atime > 2_000, "atime: " + atime);
        assertEquals(2_000, mount.stat("file").mtimeNanos());
        assertEquals(Map.of("Contents/Execute", 1L), mount.calls(mount.fileSystem::tellReadTimes));
        assertEquals(atime, mount.stat("file").atimeNanos());
        assertEquals(atime, system.watchfulMount().stat("file").atimeNanos());
    }

    @Test
    void aLaterReadChangesNothingWhileTheFileStaysAsItIs() {
        read(0);
        mount.fileSystem.tellReadTimes();
        long atime = mount.stat("file").atimeNanos();
        read(0);
        assertEquals(atime, mount.stat("file").atimeNanos());
        assertEquals(Map.of(), mount.calls(mount.fileSystem::tellReadTimes));
    }

    @Test
    void listingADirectoryCountsAndIsToldWithMany() {
        mount.list();
        long before = root().mtimeNanos();
        assertTrue(root().atimeNanos() > before, "listed after a file was made");
        assertEquals(Map.of("Names/Execute", 1L), mount.calls(mount.fileSystem::tellReadTimes));
        long atime = root().atimeNanos();
        mount.list();
        assertEquals(atime, root().atimeNanos());
        assertEquals(Map.of(), mount.calls(mount.fileSystem::tellReadTimes));
        assertEquals(before, root().mtimeNanos());
    }

    @Test
    void followingASymlinkCounts() {
        InodeId link = mount.fileSystem
                .makeSymlink(Caller.ROOT, InodeId.ROOT, Name.of("link"), new byte[] {'x'})
                .attributes()
                .inode();
        long made = mount.stat("link").mtimeNanos();
        mount.fileSystem.readLink(Caller.ROOT, link);
        assertTrue(mount.stat("link").atimeNanos() > made);
        mount.fileSystem.tellReadTimes();
        assertTrue(system.watchfulMount().stat("link").atimeNanos() > made);
    }

    private Attributes root() {
        return mount.fileSystem.getAttributes(Caller.ROOT, InodeId.ROOT, Optional.empty());
    }

    @Test
    void readingWithoutTraceAndTimesThatAreSetHold() {
        read(NO_ATIME);
        assertEquals(1_000, mount.stat("file").atimeNanos());
        read(0);
        setTimes(5, 6);
        assertEquals(5, mount.stat("file").atimeNanos());
        mount.fileSystem.tellReadTimes();
        assertEquals(5, system.watchfulMount().stat("file").atimeNanos());
    }
}
