package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.daemon.client.ContentsClient;
import io.dbfs.daemon.client.LocksClient;
import io.dbfs.proto.AllocateReply;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.GetExtentsReply;
import io.dbfs.proto.GetExtentsRequest;
import io.dbfs.proto.NodeAddress;
import io.dbfs.proto.OpenReply;
import io.dbfs.proto.OpenRequest;
import io.dbfs.proto.Placement;
import io.dbfs.proto.RewriteExtents;
import io.dbfs.proto.StatReply;
import io.dbfs.proto.StatRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a writer does that finds no place: it lets go of what it holds, and asks again while space is being reclaimed. */
final class PlacementPoolTest {
    private static final int BYTES = 1 << 20;

    private final FullCluster cluster = new FullCluster();
    private int released;
    private boolean releasing;
    private long nanos;
    private final PlacementPool pool = new PlacementPool(
            cluster,
            () -> {
                released++;
                return releasing;
            },
            () -> nanos += 1_000_000);

    @Test
    void asksAgainWhileSpaceIsReclaimed() {
        cluster.next(reply(0, BYTES, 1));
        cluster.next(reply(0, BYTES, 1));
        cluster.next(reply(1, BYTES, 0));
        assertEquals(new ChunkId(1), pool.take(BYTES, Set.of()).chunk());
        assertEquals(2, released, "each time it lets go of what it holds");
    }

    @Test
    void fullIsFullWhenNothingIsReclaimed() {
        cluster.next(FullCluster::full);
        TestMount.assertErrno(Errno.ENOSPC, () -> pool.take(BYTES, Set.of()));
        assertEquals(1, released);
    }

    @Test
    void asksAgainWhileDeletedFilesAreReleased() {
        releasing = true;
        cluster.next(FullCluster::full);
        cluster.next(reply(1, BYTES, 0));
        assertEquals(new ChunkId(1), pool.take(BYTES, Set.of()).chunk());
    }

    @Test
    void waitingForSpaceEndsInTime() {
        for (int i = 0; i < 3; i++) {
            cluster.next(() -> {
                nanos += PlacementPool.RECLAIM_TIMEOUT.toNanos() / 2;
                return reply(0, BYTES, 1).get();
            });
        }
        TestMount.assertErrno(Errno.ENOSPC, () -> pool.take(BYTES, Set.of()));
        assertTrue(cluster.replies.size() >= 1, "it gave up before the third answer");
    }

    @Test
    void aPlaceThatIsTooSmallIsLeftForSmallerChunks() {
        cluster.next(reply(1, BYTES, 0));
        assertEquals(BYTES, pool.chunkSizeBytes());
        cluster.next(reply(2, 4 * BYTES, 0));
        assertEquals(new ChunkId(2), pool.take(4 * BYTES, Set.of()).chunk());
        assertEquals(new ChunkId(1), pool.take(BYTES, Set.of()).chunk());
        assertEquals(List.of(0, 4 * BYTES), cluster.asked);
    }

    @Test
    void placesGivenBeforeANodeWasFullCountNoMore() {
        cluster.next(reply(1, BYTES, 0));
        assertEquals(BYTES, pool.chunkSizeBytes());
        pool.discardAll();
        cluster.next(reply(2, BYTES, 0));
        assertEquals(new ChunkId(2), pool.take(BYTES, Set.of()).chunk());
    }

    @Test
    void aFullClusterStillTellsWhatFewBytesNeed() {
        cluster.next(FullCluster::full);
        assertTrue(pool.chunkSizeBytes() > 0);
    }

    private static Supplier<AllocateReply> reply(int chunk, int bytes, int retryMillis) {
        AllocateReply.Builder reply = AllocateReply.newBuilder()
                .setChunkSizeBytes(bytes)
                .setValidMillis(60_000)
                .setRetryMillis(retryMillis);
        if (chunk != 0) {
            reply.addPlacements(Placement.newBuilder()
                    .setChunkId(chunk)
                    .setMaxBytes(bytes)
                    .addChain(NodeAddress.newBuilder().setNodeId(1).setAddress("host:1")));
        }
        return reply::build;
    }

    /** Answers requests for places as told. */
    private static final class FullCluster implements ContentsClient {
        private final Deque<Supplier<AllocateReply>> replies = new ArrayDeque<>();
        private final List<Integer> asked = new ArrayList<>();

        void next(Supplier<AllocateReply> reply) {
            replies.addLast(reply);
        }

        /** What a full cluster answers. */
        @SuppressWarnings("DoNotCallSuggester") // Called as a supplier of replies.
        static AllocateReply full() {
            throw new FsException(Errno.ENOSPC, "full");
        }

        @Override
        public AllocateReply allocate(int count, int bytes, Collection<NodeId> avoid) {
            asked.add(bytes);
            return replies.removeFirst().get();
        }

        @Override
        public void abandonChunks(List<ChunkInfo> chunks) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void rewrite(RewriteExtents rewrite) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ContentsOutcome execute(ContentsOperation operation) {
            throw new UnsupportedOperationException();
        }

        @Override
        public OpenReply open(OpenRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public GetExtentsReply getExtents(GetExtentsRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public StatReply stat(StatRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void reportBadReplica(ChunkId chunk, NodeId node, boolean missing) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LocksClient locks() {
            throw new UnsupportedOperationException();
        }
    }
}
