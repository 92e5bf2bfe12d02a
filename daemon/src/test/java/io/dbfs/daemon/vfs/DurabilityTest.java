package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.daemon.vfs.TestMount.Fd;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** fsync(2) makes everything of a file durable, whoever wrote it and however long ago; and asks nobody when it is. */
final class DurabilityTest {
    /** One chunk, on two nodes. */
    private static final byte[] CHUNK = new byte[1 << 20];

    private static final String SYNC = "ChunkControl/SyncChunks";

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

    private static Map<String, Long> fsync(TestMount mount, Fd fd) {
        return mount.calls(() -> mount.fsync(fd));
    }

    @Test
    void whatWasWrittenThroughAHandleClosedBeforeIsSynced() {
        mount.put("file", CHUNK);
        Fd fd = mount.open("file", 0);
        assertEquals(2L, fsync(mount, fd).get(SYNC), "one for each replica");
        assertEquals(Map.of(), fsync(mount, fd));
        mount.close(fd);
        Fd again = mount.open("file", TestMount.READ_WRITE);
        assertEquals(Map.of(), fsync(mount, again), "known from before it was closed");
        mount.close(again);
    }

    @Test
    void whatAnotherMountWroteIsSynced() {
        mount.put("file", CHUNK);
        TestMount other = system.patientMount();
        Fd fd = other.open("file", 0);
        assertEquals(2L, fsync(other, fd).get(SYNC));
        assertEquals(Map.of(), fsync(other, fd));
        other.close(fd);
    }

    @Test
    void whatAnotherMountWritesWhileTheFileIsOpenHereIsSynced() {
        mount.put("file", CHUNK);
        TestMount other = system.patientMount();
        Fd fd = other.open("file", 0);
        other.fsync(fd);
        Fd writing = mount.open("file", TestMount.READ_WRITE);
        mount.write(writing, 0, CHUNK);
        mount.close(writing);
        Await.until("it is heard of", () -> fsync(other, fd).containsKey(SYNC));
        assertEquals(Map.of(), fsync(other, fd));
        other.close(fd);
    }

    @Test
    void aCommitTellsWhatIsDurableSoThatOthersNeedNotSync() {
        Fd fd = mount.create("file");
        mount.write(fd, 0, CHUNK);
        mount.fsync(fd);
        TestMount other = system.patientMount();
        Fd there = other.open("file", 0);
        assertEquals(Map.of(), fsync(other, there), "written and synced in one");
        mount.write(fd, 0, CHUNK);
        mount.fileSystem.flush(fd.inode(), fd.handle());
        mount.write(fd, 100, "few bytes");
        mount.fsync(fd);
        TestMount third = system.patientMount();
        Fd last = third.open("file", 0);
        assertEquals(Map.of(), fsync(third, last), "synced before the commit that came with fsync");
        mount.close(fd);
    }

    @Test
    void theChunksOfACloneAreSynced() {
        mount.put("source", CHUNK);
        Fd source = mount.open("source", 0);
        Fd target = mount.create("target");
        mount.copy(source, 0, target, 0, CHUNK.length);
        assertEquals(2L, fsync(mount, target).get(SYNC));
        assertEquals(Map.of(), fsync(mount, target));
        mount.close(source);
        mount.close(target);
    }

    @Test
    void aFileCutToNothingHasNothingToSync() {
        mount.put("file", CHUNK);
        Fd fd = mount.open("file", TestMount.READ_WRITE | TestMount.TRUNCATE);
        assertEquals(Map.of(), fsync(mount, fd));
        mount.close(fd);
    }

    @Test
    void aSmallWriteToAFileThatIsDurableIsOneCommit() {
        Fd fd = mount.create("database");
        mount.write(fd, 0, CHUNK);
        mount.fsync(fd);
        mount.close(fd);
        TestMount other = system.patientMount();
        Fd again = other.open("database", TestMount.READ_WRITE);
        other.write(again, 16_384, new byte[8_192]);
        assertEquals(Map.of("Contents/Execute", 1L), fsync(other, again));
        other.close(again);
    }
}
