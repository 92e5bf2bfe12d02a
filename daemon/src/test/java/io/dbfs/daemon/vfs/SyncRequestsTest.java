package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.ChunkId;
import io.dbfs.common.NodeId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.daemon.chunk.ChunkUpload;
import io.dbfs.daemon.chunk.MemoryChunkTransport;
import io.dbfs.daemon.chunk.Replica;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A chunk is durable when enough nodes have confirmed it, whoever is silent, dead, late or without it. */
final class SyncRequestsTest {
    private static final NodeId FIRST = new NodeId(1);
    private static final NodeId SECOND = new NodeId(2);

    private final MemoryChunkTransport transport = new MemoryChunkTransport();
    private long now;
    private final SyncRequests requests = new SyncRequests(transport, () -> now);

    @BeforeEach
    void twoCopiesAreDemanded() {
        requests.require(2);
    }

    private static ChunkPlacement placement(int chunk, int... nodes) {
        return new ChunkPlacement(
                new ChunkId(chunk),
                IntStream.of(nodes)
                        .mapToObj(node -> new Replica(new NodeId(node), "n" + node + ":1"))
                        .toList());
    }

    private ChunkPlacement stored(int chunk, int... nodes) {
        ChunkPlacement placement = placement(chunk, nodes);
        ChunkUpload upload = transport.open(placement);
        upload.append(ByteBuffer.allocate(1));
        assertTrue(upload.seal(false).isDone());
        return placement;
    }

    @Test
    void twoConfirmationsAreEnough() {
        requests.ask(List.of(stored(1, 1, 2)));
        assertEquals(Set.of(), requests.lacking());
    }

    @Test
    void oneConfirmationIsNotEnough() {
        ChunkPlacement chunk = stored(1, 1, 2);
        transport.silence(SECOND);
        requests.ask(List.of(chunk));
        assertEquals(Set.of(chunk.chunk()), requests.lacking());
    }

    @Test
    void oneNodeThatConfirmsTwiceIsOneCopy() {
        ChunkPlacement chunk = stored(1, 1);
        requests.ask(List.of(chunk));
        requests.ask(List.of(chunk));
        assertEquals(Set.of(chunk.chunk()), requests.lacking());
    }

    @Test
    void aThirdCopyReplacesASilentOne() {
        ChunkPlacement chunk = stored(1, 1, 2);
        transport.silence(SECOND);
        requests.ask(List.of(chunk));
        requests.ask(List.of(placement(1, 1, 3)));
        assertEquals(Set.of(), requests.lacking());
    }

    @Test
    void aLateConfirmationCounts() throws InterruptedException {
        ChunkPlacement chunk = stored(1, 1, 2);
        transport.silence(SECOND);
        requests.ask(List.of(chunk));
        now = Duration.ofSeconds(1).toNanos();
        requests.await(now);
        assertEquals(Set.of(SECOND), requests.silentFor(now));
        assertTrue(requests.isAwaited(chunk, Set.of()));
        assertFalse(requests.isAwaited(chunk, Set.of(SECOND)));
        transport.wake(SECOND);
        assertEquals(Set.of(), requests.lacking());
        assertEquals(Set.of(), requests.silentFor(0));
        assertFalse(requests.isAwaited(chunk, Set.of()));
    }

    @Test
    void aNodeThatIsGoneConfirmsNothingAndIsAskedAgain() {
        ChunkPlacement chunk = stored(1, 1, 2);
        transport.breakNode(FIRST);
        requests.ask(List.of(chunk));
        assertEquals(Set.of(chunk.chunk()), requests.lacking());
        assertEquals(Set.of(FIRST), requests.silentFor(1));
        transport.mendNode(FIRST);
        requests.ask(List.of(chunk));
        assertEquals(Set.of(), requests.lacking());
        assertEquals(Set.of(), requests.silentFor(1));
    }

    @Test
    void aChunkThatIsMissingDoesNotHideTheOthersOfItsGroup() {
        List<ChunkPlacement> chunks = new ArrayList<>();
        for (int chunk = 1; chunk <= 100; chunk++) {
            chunks.add(chunk == 37 ? placement(chunk, 1, 2) : stored(chunk, 1, 2));
        }
        requests.ask(chunks);
        assertEquals(Set.of(new ChunkId(37)), requests.lacking());
    }

    @Test
    void whatIsNeededNoMoreIsNotMissed() {
        ChunkPlacement chunk = placement(1, 1, 2);
        requests.ask(List.of(chunk));
        requests.remove(chunk.chunk());
        assertEquals(Set.of(), requests.lacking());
    }
}
