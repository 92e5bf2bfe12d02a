package io.dbfs.cluster.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.cluster.contents.ContentsMachine;
import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.proto.ChangeReplicas;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.CopyTask;
import io.dbfs.proto.Extent;
import io.dbfs.proto.FormCluster;
import io.dbfs.proto.HeartbeatReply;
import io.dbfs.proto.HeartbeatRequest;
import io.dbfs.proto.JoinNode;
import io.dbfs.proto.JoinRequest;
import io.dbfs.raft.ApplyContext;
import io.dbfs.raft.StateView;
import io.dbfs.raft.memory.MemoryKvStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nodes are given to repair, and how often; three nodes, two copies, and a clock that the test moves. */
class RepairPlanTest {
    private final AtomicLong nanos = new AtomicLong();
    private final MemoryKvStore store = new MemoryKvStore();
    private final ContentsMachine machine = new ContentsMachine();
    private final NodeWatch nodes =
            new NodeWatch(nanos::get, Duration.ofHours(100), Duration.ofHours(100), Duration.ofHours(100));
    private final WorkBackoff backoff = new WorkBackoff(nanos::get);
    private final VerifyQueue verify = new VerifyQueue();
    private final NodeWork work = new NodeWork(
            new CopyPlanner(nodes, backoff, nanos::get),
            new CompactPlanner(backoff, nanos::get),
            verify,
            backoff,
            nanos::get,
            Duration.ofHours(100));

    @BeforeEach
    void formCluster() {
        apply(ContentsCommand.newBuilder()
                .setFormCluster(FormCluster.newBuilder().setReplicas(2).setMinReplicas(1))
                .build());
        for (int node = 1; node <= 3; node++) {
            apply(ContentsCommand.newBuilder()
                    .setJoinNode(JoinNode.newBuilder()
                            .setRequest(JoinRequest.newBuilder()
                                    .setName("node-" + node)
                                    .setAddress("node-" + node + ":1")
                                    .setRaftAddress("node-" + node + ":2")))
                    .build());
        }
        try (ContentsView view = view()) {
            nodes.begin(view.nodes());
        }
    }

    @Test
    void aChunkWhoseOnlyCopyCannotBeReadIsGivenOutAFewTimesAnHour() {
        write(1, 1);
        int given = 0;
        for (int second = 0; second < 3600; second++) {
            given += failAll(beat(2)).size();
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        }
        // After 0, 5, 15, 35, 75, 155 and 315 s, and every 300 s from then on.
        assertEquals(17, given);
    }

    @Test
    void theNodesWithACopyVerifyItAfterAFailureAndTheNextOneSaysHowOftenItFailed() {
        write(1, 1);
        assertEquals(0, failAll(beat(2)).get(0).getFailures());
        assertEquals(List.of(1L), beat(1).getVerifyList());
        assertEquals(List.of(), beat(1).getVerifyList());
        nanos.addAndGet(WorkBackoff.FIRST.toNanos());
        assertEquals(1, failAll(beat(2)).get(0).getFailures());
    }

    @Test
    void aNodeIsGivenItsOwnDamagedCopyWithTheWholeOneAsFirstSource() {
        write(1, 1, 2);
        damage(1, 1);
        CopyTask task = beat(1).getCopies(0);
        assertEquals(2, task.getSources(0).getNodeId());
        assertEquals(1, task.getSources(1).getNodeId());
    }

    @Test
    void aNodeWithAWholeCopyIsNotGivenTheChunk() {
        write(1, 1, 2);
        damage(1, 1);
        assertEquals(List.of(), beat(2).getCopiesList());
    }

    @Test
    void chunksThatCannotBeRepairedKeepNoOtherWaiting() {
        int lost = 3000;
        LongStream.rangeClosed(1, lost).forEach(chunk -> {
            write(chunk, 1);
            damage(chunk, 1);
        });
        write(lost + 1, 1);
        List<Long> given = new ArrayList<>();
        for (int second = 0; second < 60; second++) {
            failAll(beat(2, given));
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        }
        assertTrue(given.contains(lost + 1L), "the chunk that can be repaired was never given out");
    }

    @Test
    void readersReportsOfACopyThatIsKnownToBeDamagedMakeNoWork() {
        write(1, 1, 2);
        suspect(1, 1);
        suspect(1, 1);
        assertEquals(List.of(1L), beat(1).getVerifyList());
        damage(1, 1);
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        suspect(1, 1);
        suspect(3, 1);
        suspect(1, 99);
        assertEquals(List.of(), beat(1).getVerifyList());
        assertEquals(List.of(), beat(3).getVerifyList());
    }

    private void suspect(int node, long chunk) {
        try (ContentsView view = view()) {
            work.suspect(view, node, chunk);
        }
    }

    private HeartbeatReply beat(int node, List<Long> given) {
        HeartbeatReply reply = beat(node);
        reply.getCopiesList().forEach(task -> given.add(task.getChunk().getId()));
        return reply;
    }

    private HeartbeatReply beat(int node) {
        HeartbeatRequest request =
                HeartbeatRequest.newBuilder().setNodeId(node).setIdleWorkers(16).build();
        try (ContentsView view = view()) {
            return work.next(view, request);
        }
    }

    /** Node 2 reports that none of these copies was made. */
    private List<CopyTask> failAll(HeartbeatReply reply) {
        HeartbeatRequest.Builder report = HeartbeatRequest.newBuilder().setNodeId(2);
        reply.getCopiesList()
                .forEach(task -> report.addNotCopied(task.getChunk().getId()));
        try (ContentsView view = view()) {
            work.finished(view, report.build());
        }
        return reply.getCopiesList();
    }

    private void write(long chunk, Integer... on) {
        apply(ContentsCommand.newBuilder()
                .setOperation(ContentsOperation.newBuilder()
                        .setCommit(CommitOperation.newBuilder()
                                .setInode(5)
                                .addNewChunks(ChunkInfo.newBuilder()
                                        .setId(chunk)
                                        .setLength(10)
                                        .addAllReplicas(List.of(on)))
                                .addExtents(Extent.newBuilder()
                                        .setOffset(10 * chunk)
                                        .setLength(10)
                                        .setChunk(ChunkSlice.newBuilder().setChunkId(chunk)))))
                .build());
    }

    private void damage(long chunk, int node) {
        apply(ContentsCommand.newBuilder()
                .setChangeReplicas(ChangeReplicas.newBuilder().setNodeId(node).addDamaged(chunk))
                .build());
    }

    private ContentsView view() {
        return new ContentsView(store.view());
    }

    private void apply(ContentsCommand command) {
        long index = store.appliedIndex() + 1;
        try (StateView view = store.view()) {
            store.commit(
                    index,
                    machine.decide(view, new ApplyContext(index, index), command.toByteArray())
                            .mutations());
        }
    }
}
