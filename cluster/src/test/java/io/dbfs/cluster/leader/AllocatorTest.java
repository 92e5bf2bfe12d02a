package io.dbfs.cluster.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.AllocateReply;
import io.dbfs.proto.AllocateRequest;
import io.dbfs.proto.ContentsRecord;
import io.dbfs.proto.HeartbeatRequest;
import io.dbfs.proto.NodeAddress;
import io.dbfs.proto.NodeRecord;
import io.dbfs.proto.NodeState;
import io.dbfs.proto.Placement;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three nodes that fill up, two copies of each chunk. */
class AllocatorTest {
    private static final long SEED = 20261130;
    private static final int CHUNK = 8 << 20;
    private static final long MIB = 1 << 20;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final long[] free = new long[3];
    private String filesystem = "";
    private long nanos;
    private long nextId = 1;
    private boolean garbage;

    private final NodeWatch nodes =
            new NodeWatch(() -> nanos, Duration.ofSeconds(3), Duration.ofSeconds(30), Duration.ofMinutes(10));
    private final Allocator allocator = new Allocator(
            new ChunkIds(count -> {
                nextId += count;
                return CompletableFuture.completedFuture(nextId - count);
            }),
            nodes,
            new ChainPolicy(random),
            LeaderSettings.of(2, 2, CHUNK),
            () -> ContentsRecord.newBuilder()
                    .setClusterUuid("test")
                    .setReplicas(2)
                    .setMinReplicas(2)
                    .build(),
            () -> garbage);

    @ParameterizedTest
    @ValueSource(longs = {40, 100, 200, 1000, 3000})
    void nodesAreFilledToTheEnd(long mebibytes) {
        haveFree(mebibytes * MIB);
        long before = total() / 2;
        long written = fill();
        assertTrue(written >= before * 0.98, "seed " + SEED + ": " + written + " of " + before);
    }

    @Test
    void aFilesystemUnderAllThreeIsFilledToTheEndAndNotBeyond() {
        filesystem = "disk";
        haveFree(200 * MIB);
        long written = fill();
        assertTrue(written <= 100 * MIB, "seed " + SEED + ": " + written);
        assertTrue(written >= 98 * MIB, "seed " + SEED + ": " + written);
    }

    @Test
    void aFailedRequestLeavesNothingChargedAndRoomIsUsedAtOnce() {
        haveFree(200 * MIB);
        fill();
        for (int i = 0; i < 1000; i++) {
            assertEquals(Errno.ENOSPC, failure(0));
        }
        haveFree(100 * MIB);
        assertTrue(ask(16, 0).getPlacementsCount() > 0);
    }

    @Test
    void whatFitsIsGivenThoughNotAllFits() {
        haveFree(20 * MIB);
        AllocateReply reply = ask(64, 0);
        assertTrue(reply.getPlacementsCount() > 0);
        assertTrue(2L * reply.getPlacementsCount() * reply.getChunkSizeBytes() <= 60 * MIB);
    }

    @Test
    void aChunkGatheredInBetterTimesIsPlacedWhereItFits() {
        haveFree(20 * MIB);
        AllocateReply reply = ask(16, CHUNK);
        assertEquals(1, reply.getPlacementsCount());
        assertEquals(CHUNK, reply.getPlacements(0).getMaxBytes());
        assertTrue(reply.getChunkSizeBytes() < CHUNK, "what is gathered from now on is smaller");
    }

    @Test
    void whoComesWhileGarbageIsDeletedIsToAskAgain() {
        haveFree(0);
        garbage = true;
        assertTrue(ask(16, 0).getRetryMillis() > 0);
        garbage = false;
        assertEquals(Errno.ENOSPC, failure(0));
    }

    @Test
    void placesThatWereGivenAndNotUsedAreFreeAgainSoon() {
        haveFree(2 * MIB);
        while (ask(16, 0).getPlacementsCount() > 0) {
            // Takes all there is, and writes nothing.
        }
        assertTrue(ask(16, 0).getRetryMillis() > 0, "what is charged only may come free");
        for (int second = 0; second < 3; second++) {
            heartbeats();
        }
        assertTrue(ask(16, 0).getPlacementsCount() > 0);
    }

    @Test
    void untilNodesAreHeardRequestsAreToBeRepeated() {
        haveFree(100 * MIB);
        nanos += Duration.ofSeconds(4).toNanos();
        assertEquals(Errno.EAGAIN, failure(0));
    }

    /** Writes with heartbeats in between until there is no room; bytes of contents that went in. */
    private long fill() {
        long written = 0;
        while (true) {
            AllocateReply reply;
            try {
                reply = ask(16, 0);
            } catch (CompletionException e) {
                assertEquals(Errno.ENOSPC, errno(e));
                return written;
            }
            for (Placement placement : reply.getPlacementsList()) {
                if (takes(placement)) {
                    written += placement.getMaxBytes();
                }
            }
            if (reply.getRetryMillis() > 0 || random.nextInt(4) == 0) {
                heartbeats();
            }
        }
    }

    private boolean takes(Placement placement) {
        for (NodeAddress node : placement.getChainList()) {
            if (free[disk(node.getNodeId())] < placement.getMaxBytes()) {
                return false;
            }
        }
        placement.getChainList().forEach(node -> free[disk(node.getNodeId())] -= placement.getMaxBytes());
        return true;
    }

    private int disk(int node) {
        return filesystem.isEmpty() ? node - 1 : 0;
    }

    private long total() {
        return free[0] + free[1] + free[2];
    }

    private void haveFree(long bytes) {
        nodes.update(IntStream.rangeClosed(1, 3)
                .mapToObj(id -> NodeRecord.newBuilder()
                        .setNodeId(id)
                        .setAddress("host-" + id + ":1")
                        .setState(NodeState.ACTIVE)
                        .build())
                .toList());
        for (int i = 0; i < 3; i++) {
            free[i] = bytes;
        }
        heartbeats();
    }

    private void heartbeats() {
        nanos += Duration.ofSeconds(1).toNanos();
        for (int id = 1; id <= 3; id++) {
            nodes.heard(HeartbeatRequest.newBuilder()
                    .setNodeId(id)
                    .setFilesystem(filesystem)
                    .setUsableFreeBytes(free[disk(id)])
                    .build());
        }
    }

    private AllocateReply ask(int count, int bytes) {
        return allocator
                .allocate(AllocateRequest.newBuilder()
                        .setCount(count)
                        .setBytes(bytes)
                        .build())
                .join();
    }

    private Errno failure(int bytes) {
        CompletionException failure = assertThrows(CompletionException.class, () -> ask(16, bytes));
        return errno(failure);
    }

    private static Errno errno(CompletionException failure) {
        if (failure.getCause() instanceof FsException refused) {
            return refused.errno();
        }
        throw failure;
    }
}
