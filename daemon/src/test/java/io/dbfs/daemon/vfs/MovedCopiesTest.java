package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.cluster.chunk.MemoryChunkStore;
import io.dbfs.common.ChunkId;
import io.dbfs.common.rpc.Channels;
import io.dbfs.daemon.vfs.TestMount.Fd;
import io.dbfs.proto.ContentsGrpc;
import io.dbfs.proto.ReportBadReplicaRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies that are no longer where a mount has learned that they are. */
final class MovedCopiesTest {
    private static final int CHUNKS = 12;
    private static final int LENGTH = CHUNKS << 20;

    private final Channels channels = new Channels();
    private final byte[] bytes = new byte[LENGTH];
    private TestSystem system;

    @BeforeEach
    void start() throws IOException {
        new SplittableRandom(1).nextBytes(bytes);
        system = new TestSystem();
    }

    @AfterEach
    void stop() {
        channels.close();
        system.close();
    }

    @Test
    void afterAMoveThePlacementIsAskedForOnceAndEveryReadGoesToACopy() {
        TestMount mount = system.patientMount();
        mount.put("file", bytes);
        Fd fd = mount.open("file", 0);
        assertArrayEquals(bytes, mount.read(fd, 0, LENGTH));
        loseAllCopiesOn(2);
        Await.until("every chunk has two copies again", () -> copies() == 2L * CHUNKS);
        Map<String, Long> first = mount.calls(() -> assertArrayEquals(bytes, mount.read(fd, 0, LENGTH)));
        Map<String, Long> second = mount.calls(() -> assertArrayEquals(bytes, mount.read(fd, 0, LENGTH)));
        Map<String, Long> third = mount.calls(() -> assertArrayEquals(bytes, mount.read(fd, 0, LENGTH)));
        long asked = first.getOrDefault("Contents/GetExtents", 0L) + second.getOrDefault("Contents/GetExtents", 0L);
        assertTrue(asked <= 1, "asked for the extents " + asked + " times");
        assertEquals(Map.of("chunks", (long) CHUNKS), third);
        mount.close(fd);
    }

    /** They vanish, and the cluster is told as if by readers. */
    private void loseAllCopiesOn(int node) {
        MemoryChunkStore store = system.cluster().store(node);
        List<ChunkId> lost = new ArrayList<>();
        store.scan(entry -> lost.add(entry.id()));
        lost.forEach(store::delete);
        lost.forEach(chunk -> ContentsGrpc.newBlockingStub(
                        channels.control(system.cluster().leaderAddress()))
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .reportBadReplica(ReportBadReplicaRequest.newBuilder()
                        .setChunkId(chunk.value())
                        .setNodeId(node)
                        .setMissing(true)
                        .build()));
    }

    private long copies() {
        long all = 0;
        for (int node = 1; node <= 3; node++) {
            all += system.cluster().store(node).usage().chunks();
        }
        return all;
    }
}
