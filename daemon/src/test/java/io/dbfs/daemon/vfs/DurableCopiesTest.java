package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.daemon.vfs.TestMount.Fd;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** fsync(2) succeeds when each chunk of a file has as many durable copies as the cluster demands: two, of three nodes. */
final class DurableCopiesTest {
    private static final Duration OPERATION_TIMEOUT = Duration.ofSeconds(4);

    private final SilentNode silent = new SilentNode();
    private TestSystem system;
    private TestMount mount;

    @BeforeEach
    void start() throws IOException {
        system = new TestSystem();
        mount = system.hastyMount(OPERATION_TIMEOUT, silent);
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

    private Set<ChunkId> chunksOn(int node) {
        Set<ChunkId> chunks = new HashSet<>();
        system.cluster().store(node).scan(entry -> chunks.add(entry.id()));
        return chunks;
    }

    /** One that does not lead, and holds a copy. */
    private int holder() {
        return chunksOn(2).isEmpty() ? 3 : 2;
    }

    private List<Integer> others(int node) {
        List<Integer> others = new ArrayList<>(List.of(1, 2, 3));
        others.remove((Integer) node);
        return others;
    }

    /** Every byte has two copies without the node: either of the others can serve all of the file. */
    private void assertDurableWithout(int node, String name, byte[] bytes) {
        List<Integer> left = others(node);
        Set<ChunkId> common = chunksOn(left.get(0));
        common.retainAll(chunksOn(left.get(1)));
        long mebibytes = ((long) bytes.length + (1 << 20) - 1) >> 20;
        assertTrue(common.size() >= mebibytes, "chunks on both other nodes: " + common);
        assertArrayEquals(bytes, system.patientMount().get(name));
    }

    @Test
    void aChunkWhoseNodeDiedAfterItWasWrittenGetsAnotherCopy() {
        byte[] bytes = random(1 << 20);
        mount.put("file", bytes);
        int victim = holder();
        system.cluster().kill(victim);
        Fd fd = mount.open("file", 0);
        mount.fsync(fd);
        mount.close(fd);
        assertDurableWithout(victim, "file", bytes);
    }

    @Test
    void chunksOfANodeThatDoesNotConfirmGetAnotherCopy() {
        byte[] bytes = random(3 << 20);
        Fd fd = mount.create("file");
        mount.write(fd, 0, bytes);
        mount.fileSystem.flush(fd.inode(), fd.handle());
        int victim = holder();
        silent.silence(victim);
        mount.fsync(fd);
        mount.close(fd);
        assertDurableWithout(victim, "file", bytes);
    }

    @Test
    void chunksThatAreNotCommittedWhenANodeFallsSilentGetAnotherCopy() {
        byte[] bytes = random(3 << 20);
        Fd fd = mount.create("file");
        mount.write(fd, 0, bytes);
        Await.until(
                "chunks were sent", () -> !chunksOn(2).isEmpty() || !chunksOn(3).isEmpty());
        int victim = holder();
        silent.silence(victim);
        mount.fsync(fd);
        mount.close(fd);
        assertDurableWithout(victim, "file", bytes);
    }

    @Test
    void theChunksOfACloneGetAnotherCopyAsWell() {
        byte[] bytes = random(1 << 20);
        mount.put("source", bytes);
        Fd source = mount.open("source", 0);
        Fd target = mount.create("target");
        mount.copy(source, 0, target, 0, bytes.length);
        int victim = holder();
        silent.silence(victim);
        mount.fsync(target);
        mount.close(target);
        mount.close(source);
        assertDurableWithout(victim, "target", bytes);
        assertArrayEquals(bytes, mount.get("source"));
    }

    @Test
    void withoutASecondNodeFsyncFailsEveryTime() {
        mount.put("file", random(1 << 20));
        Fd fd = mount.open("file", 0);
        system.cluster().kill(2);
        system.cluster().kill(3);
        TestMount.assertErrno(Errno.EIO, () -> mount.fsync(fd));
        TestMount.assertErrno(Errno.EIO, () -> mount.fsync(fd));
        mount.close(fd);
    }

    @Test
    void aSynchronousWriteFailsWithoutASecondNode() {
        mount.put("file", random(100));
        Fd fd = mount.open("file", TestMount.READ_WRITE | TestMount.SYNC);
        system.cluster().kill(2);
        system.cluster().kill(3);
        TestMount.assertErrno(Errno.EIO, () -> mount.write(fd, 0, random(1 << 20)));
    }
}
