package io.dbfs.cluster.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.cluster.chunk.MemoryChunkStore;
import io.dbfs.cluster.leader.LeaderSettings;
import io.dbfs.common.ChunkId;
import io.dbfs.common.FsException;
import io.dbfs.proto.ReportBadReplicaRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies are damaged or vanish under a running cluster of two nodes, where each copy has to be replaced in place. */
class RepairTest {
    private static final long INODE = 42;
    private static final int NODES = 2;

    private final TestClient client = new TestClient();
    private final byte[] bytes = new byte[300_000];
    private MemoryCluster cluster;
    private String leader;
    private ChunkId chunk;

    @BeforeEach
    void startTwoNodesWithOneFile() throws Exception {
        new Random(1).nextBytes(bytes);
        LeaderSettings settings =
                LeaderSettings.of(2, 2, 1 << 20).withSilence(Duration.ofMillis(1500), Duration.ofSeconds(3));
        cluster = MemoryCluster.start("test", NODES, List.of(), settings);
        leader = cluster.leaderAddress();
        client.write(leader, INODE, bytes);
        chunk = new ChunkId(client.open(leader, INODE).getChunks(0).getId());
    }

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void twoCopiesDamagedInDifferentBlocksBecomeTwoWholeOnes() throws Exception {
        store(1).damage(chunk, 1);
        store(2).damage(chunk, 3);
        reportBad(1);
        reportBad(2);
        Await.until("both copies are whole", () -> isWhole(1) && isWhole(2));
        Await.until("nothing counts as lost", () -> client.lost(leader).isEmpty());
        assertArrayEquals(bytes, client.read(leader, INODE));
    }

    @Test
    void aDamagedCopyIsReplacedInPlaceByTheGoodOne() throws Exception {
        store(2).damage(chunk, 0);
        reportBad(2);
        Await.until("the copy is whole again", () -> isWhole(2));
    }

    @Test
    void aMissingCopyIsMadeAgain() throws Exception {
        store(2).delete(chunk);
        reportBad(2);
        Await.until("the copy is there again", () -> isWhole(2));
    }

    @Test
    void aBlockThatNoCopyHasMakesTheChunkLostAndItsFileIsNamed() throws Exception {
        store(1).damage(chunk, 2);
        store(2).damage(chunk, 2);
        reportBad(1);
        reportBad(2);
        Await.until("the chunk is lost", () -> client.lost(leader).size() == 1);
        assertEquals(List.of(INODE), client.lost(leader).get(0).getInodesList());
        assertEquals(chunk.value(), client.lost(leader).get(0).getChunk().getId());
        // Nothing is thrown away: the blocks that are left are all there is.
        assertEquals(bytes.length, store(1).length(chunk));
        assertEquals(bytes.length, store(2).length(chunk));
    }

    @Test
    void theLastCopyIsNoCopyWhenItIsMissing() throws Exception {
        store(1).delete(chunk);
        store(2).delete(chunk);
        reportBad(1);
        reportBad(2);
        Await.until("the chunk is lost", () -> client.lost(leader).size() == 1);
        client.drop(leader, INODE);
        Await.until("it went with its file", () -> client.lost(leader).isEmpty());
    }

    private MemoryChunkStore store(int node) {
        return cluster.store(node);
    }

    private void reportBad(int node) {
        client.contents(leader)
                .reportBadReplica(ReportBadReplicaRequest.newBuilder()
                        .setChunkId(chunk.value())
                        .setNodeId(node)
                        .build());
    }

    private boolean isWhole(int node) {
        try {
            ByteBuffer read = ByteBuffer.allocate(bytes.length);
            store(node).read(chunk, 0, read);
            return read.flip().equals(ByteBuffer.wrap(bytes));
        } catch (FsException damaged) {
            return false;
        }
    }
}
