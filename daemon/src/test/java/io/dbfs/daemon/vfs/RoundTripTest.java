package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.daemon.vfs.TestMount.Fd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Round trips are the budget: what each operation may cost, counted by calls. An Execute is a commit. */
final class RoundTripTest {
    private static TestSystem system;
    private static TestMount mount;

    @BeforeAll
    static void start() throws IOException {
        system = new TestSystem();
        mount = system.patientMount();
        // Where the cluster is led, and places for chunks, are asked for once.
        mount.put("warm", new byte[1]);
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    @Test
    void statOfACachedInodeCostsNothing() {
        mount.put("stat", new byte[10]);
        assertEquals(Map.of(), mount.calls(() -> mount.stat("stat")));
    }

    @Test
    void lookupAndStatOfAFileCostOneCallEach() {
        mount.put("lookup", new byte[10]);
        TestMount cold = system.patientMount();
        assertEquals(10, cold.stat("warm").sizeBytes() + 9);
        assertEquals(Map.of("Names/Lookup", 1L, "Contents/Stat", 1L), cold.calls(() -> cold.stat("lookup")));
    }

    @Test
    void filesOfANewDirectoryAreLookedForOnce() {
        InodeId directory = fileSystem()
                .makeDirectory(Caller.ROOT, InodeId.ROOT, Name.of("filled"), 0755)
                .attributes()
                .inode();
        Map<String, Long> calls = mount.calls(() -> {
            for (int i = 0; i < 50; i++) {
                Name name = Name.of("file-" + i);
                // As the kernel does for open(2) with O_CREAT.
                TestMount.assertErrno(Errno.ENOENT, () -> fileSystem().lookup(Caller.ROOT, directory, name));
                fileSystem().create(Caller.ROOT, directory, name, 0644, TestMount.READ_WRITE);
            }
        });
        assertEquals(Map.of("Names/ReadDirectory", 1L, "Names/Execute", 50L), calls);
    }

    private static DbfsFileSystem fileSystem() {
        return mount.fileSystem;
    }

    @Test
    void createWriteAndCloseOfASmallFileCostTwoCommits() {
        List<Fd> fd = new ArrayList<>();
        assertEquals(Map.of("Names/Execute", 1L), mount.calls(() -> fd.add(mount.create("small"))));
        assertEquals(Map.of(), mount.calls(() -> mount.write(fd.get(0), 0, new byte[32 << 10])));
        assertEquals(Map.of("Contents/Execute", 1L), mount.calls(() -> mount.close(fd.get(0))));
    }

    @Test
    void openForReadingCostsOneCallAndReadingInlineBytesNone() {
        mount.put("open", new byte[100]);
        List<Fd> fd = new ArrayList<>();
        assertEquals(Map.of("Contents/Open", 1L), mount.calls(() -> fd.add(mount.open("open", 0))));
        assertEquals(Map.of(), mount.calls(() -> mount.read(fd.get(0), 0, 4096)));
        assertEquals(Map.of(), mount.calls(() -> mount.close(fd.get(0))));
    }

    @Test
    void namesCostOneCommitEach() {
        assertEquals(Map.of("Names/Execute", 1L), mount.calls(() -> mount.create("name")));
        assertEquals(Map.of("Names/Execute", 1L), mount.calls(() -> mount.rename("name", "renamed")));
        Fd fd = mount.open("renamed", 0);
        assertEquals(
                Map.of("Names/Execute", 1L), mount.calls(() -> mount.change(fd, AttributeChange.NONE.withMode(0600))));
        assertEquals(Map.of("Names/Execute", 1L), mount.calls(() -> mount.unlink("renamed")));
    }

    @Test
    void fsyncOfEightKilobytesOverwrittenIsOneCommit() {
        Fd fd = mount.create("database");
        mount.write(fd, 0, new byte[1 << 20]);
        mount.fsync(fd);
        mount.write(fd, 16384, new byte[8192]);
        assertEquals(Map.of("Contents/Execute", 1L), mount.calls(() -> mount.fsync(fd)));
        mount.close(fd);
    }

    @Test
    void fsyncOfDataCommittedBeforeSyncsItsChunksOnly() {
        Fd fd = mount.create("synced");
        mount.write(fd, 0, new byte[1 << 20]);
        mount.fileSystem.flush(fd.inode(), fd.handle());
        Map<String, Long> calls = mount.calls(() -> mount.fsync(fd));
        assertEquals(Map.of("ChunkControl/SyncChunks", 2L), calls, "one for each replica");
        assertEquals(Map.of(), mount.calls(() -> mount.fsync(fd)));
        mount.close(fd);
    }

    @Test
    void aSequentialWriteStreamsOneChunkAfterTheOtherAndCommitsRarely() {
        Fd fd = mount.create("stream");
        byte[] part = new byte[128 << 10];
        Map<String, Long> calls = mount.calls(() -> {
            for (int i = 0; i < 256; i++) {
                mount.write(fd, (long) i * part.length, part);
            }
            mount.close(fd);
        });
        assertEquals(32, calls.get("chunks"), "32 MiB in chunks of 1 MiB");
        assertTrue(calls.getOrDefault("Contents/Allocate", 0L) <= 3, calls::toString);
        assertTrue(calls.getOrDefault("Contents/Execute", 0L) <= 1 + 32 / 8, calls::toString);
    }

    @Test
    void listingWithAttributesAsksOnceForAThousandFiles() {
        for (int i = 0; i < 20; i++) {
            mount.put("listed-" + i, new byte[i]);
        }
        TestMount cold = system.patientMount();
        assertEquals(1, cold.stat("warm").sizeBytes());
        assertEquals(Map.of("Names/ReadDirectory", 1L, "Contents/Stat", 1L), cold.calls(() -> cold.list()));
        assertEquals(Map.of(), cold.calls(() -> cold.stat("listed-7")), "listing fills the caches");
    }
}
