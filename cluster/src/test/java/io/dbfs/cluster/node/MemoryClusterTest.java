package io.dbfs.cluster.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.dbfs.cluster.chunk.ChunkVerifier;
import io.dbfs.cluster.leader.LeaderSettings;
import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.Extent;
import io.dbfs.proto.ReportBadReplicaRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryClusterTest {
    private static final long INODE = 42;

    private final TestClient client = new TestClient();
    private final byte[] bytes = new byte[300_000];
    private MemoryCluster cluster;
    private String leader;

    @BeforeEach
    void startThreeNodes() throws Exception {
        new Random(1).nextBytes(bytes);
        LeaderSettings settings =
                LeaderSettings.of(2, 2, 1 << 20).withSilence(Duration.ofMillis(1500), Duration.ofSeconds(3));
        cluster = MemoryCluster.start("test", 3, List.of(), settings);
        leader = cluster.leaderAddress();
    }

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void aWrittenChunkIsOnTwoNodesAndReadsBack() {
        List<Integer> nodes = client.write(leader, INODE, bytes);
        assertEquals(2, new TreeSet<>(nodes).size());
        assertArrayEquals(bytes, client.read(leader, INODE));
    }

    @Test
    void aDeadNodesChunksAreCopiedElsewhere() throws Exception {
        long chunk = writeAwayFrom(1);
        cluster.kill(2);
        Await.until("the chunk is on nodes 1 and 3", () -> replicas().equals(Set.of(1, 3)));
        assertEquals(bytes.length, cluster.store(1).length(new ChunkId(chunk)));
        assertArrayEquals(bytes, client.read(leader, INODE));
    }

    @Test
    void aDroppedFilesChunksAreDeletedOnTheirNodes() throws Exception {
        client.write(leader, INODE, bytes);
        client.drop(leader, INODE);
        Await.until("no chunk is left", () -> chunksStored() == 0);
    }

    @Test
    void aDamagedCopyIsReplacedByAGoodOne() throws Exception {
        long chunk = writeAwayFrom(1);
        cluster.store(2).damage(new ChunkId(chunk));
        client.contents(leader)
                .reportBadReplica(ReportBadReplicaRequest.newBuilder()
                        .setChunkId(chunk)
                        .setNodeId(2)
                        .build());
        Await.until(
                "two copies are whole",
                () -> replicas().size() == 2 && replicas().stream().allMatch(node -> isWhole(node, chunk)));
        assertArrayEquals(bytes, client.read(leader, INODE));
    }

    @Test
    void manyInlinePiecesAreRewrittenIntoAChunk() throws Exception {
        List<Integer> offsets =
                IntStream.range(0, 300).map(i -> i * 1000).boxed().toList();
        ByteString piece = ByteString.copyFrom(bytes, 0, 500);
        client.writeInline(leader, INODE, offsets, piece);
        byte[] before = client.read(leader, INODE);
        Await.until(
                "no piece is inline",
                () -> client.open(leader, INODE).getExtentsList().stream().noneMatch(Extent::hasInline));
        assertArrayEquals(before, client.read(leader, INODE));
        assertEquals(1, client.open(leader, INODE).getChunksCount());
    }

    @Test
    void whatIsLeftOfAMostlyDeadChunkIsRewrittenAndTheChunkGoes() throws Exception {
        client.write(leader, INODE, bytes);
        long first = client.open(leader, INODE).getChunks(0).getId();
        byte[] most = Arrays.copyOf(bytes, 250_000);
        client.write(leader, INODE, most);
        Await.until(
                "the first chunk is rewritten",
                () -> client.open(leader, INODE).getChunksList().stream().noneMatch(chunk -> chunk.getId() == first));
        assertArrayEquals(bytes, client.read(leader, INODE));
    }

    @Test
    void withOneLiveNodeNothingIsAllocated() throws Exception {
        cluster.kill(2);
        cluster.kill(3);
        Await.until(
                "allocation is refused",
                () -> client.allocate(leader).getRefusal().getErrno() == Errno.EAGAIN.code());
    }

    /** Writes until the chunk is on nodes 2 and 3. */
    private long writeAwayFrom(int node) {
        for (int attempt = 0; attempt < 100; attempt++) {
            if (!client.write(leader, INODE, bytes).contains(node)) {
                return client.open(leader, INODE).getChunks(0).getId();
            }
        }
        throw new AssertionError("100 chunks were all placed on node " + node);
    }

    private Set<Integer> replicas() {
        return new TreeSet<>(client.open(leader, INODE).getChunks(0).getReplicasList());
    }

    private boolean isWhole(int node, long chunk) {
        try {
            return ChunkVerifier.verify(cluster.store(node), new ChunkId(chunk)) == bytes.length;
        } catch (FsException damaged) {
            return false;
        }
    }

    private long chunksStored() {
        return cluster.store(1).usage().chunks()
                + cluster.store(2).usage().chunks()
                + cluster.store(3).usage().chunks();
    }
}
