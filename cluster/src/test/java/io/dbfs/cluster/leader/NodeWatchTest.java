package io.dbfs.cluster.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.proto.Health;
import io.dbfs.proto.HeartbeatRequest;
import io.dbfs.proto.NodeRecord;
import io.dbfs.proto.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeWatchTest {
    private final AtomicLong nanos = new AtomicLong();
    private final NodeWatch watch =
            new NodeWatch(nanos::get, Duration.ofSeconds(3), Duration.ofSeconds(30), Duration.ofMinutes(10));

    @BeforeEach
    void twoNodes() {
        watch.begin(List.of(record(1), record(2)));
    }

    @Test
    void aSilentNodeIsSuspectThenDeadAndHealthyAgainWhenHeard() {
        assertEquals(Health.HEALTHY, watch.health(1));
        at(3);
        assertEquals(Health.SUSPECT, watch.health(1));
        assertEquals(List.of(), watch.candidates());
        at(30);
        assertEquals(Health.DEAD, watch.health(1));
        assertTrue(hear(1, 5));
        assertEquals(Health.HEALTHY, watch.health(1));
        assertEquals(5, watch.candidates().get(0).freeBytes());
    }

    @Test
    void aNodeThatIsNotInTheTableIsNotHeard() {
        assertFalse(hear(9, 5));
        assertEquals(Health.DEAD, watch.health(9));
    }

    @Test
    void readersAreSentToHealthyCopiesFirstAndToDeadOnesOnlyIfThereIsNoOther() {
        at(4);
        hear(2, 0);
        assertEquals(List.of(2, 1), watch.chunk(1, 1, List.of(1, 2)).getReplicasList());
        at(33);
        assertEquals(List.of(2), watch.chunk(1, 1, List.of(1, 2)).getReplicasList());
        at(60);
        assertEquals(List.of(1, 2), watch.chunk(1, 1, List.of(1, 2)).getReplicasList());
    }

    @Test
    void whatIsOnItsWayToANodeCountsAsTaken() {
        hear(1, 100);
        watch.expect(1, 60);
        assertEquals(40, freeOf(1));
    }

    @Test
    void aLeavingNodeGetsNoNewChunks() {
        watch.update(List.of(
                record(1), record(2).toBuilder().setState(NodeState.LEAVING).build()));
        assertEquals(1, watch.candidates().size());
    }

    @Test
    void aNodeThatStoppedInOrderGetsNothingNewAndIsWaitedForLonger() {
        watch.update(List.of(record(1), stopped(2)));
        assertEquals(Health.SUSPECT, watch.health(2));
        assertEquals(1, watch.candidates().size());
        at(599);
        assertEquals(Health.SUSPECT, watch.health(2));
        assertEquals(RepairBrake.Silence.NONE, watch.silences().get(1).silence());
        at(600);
        assertEquals(Health.DEAD, watch.health(2));
        assertEquals(RepairBrake.Silence.OVERDUE, watch.silences().get(1).silence());
    }

    @Test
    void aNodeThatJoinsAfterAStopIsNotDeadForTheTimeItWasAway() {
        watch.update(List.of(record(1), stopped(2)));
        at(100);
        watch.update(List.of(record(1), record(2)));
        assertEquals(Health.HEALTHY, watch.health(2));
    }

    @Test
    void aNodeThatHasNotReportedYetGetsNoVote() {
        assertEquals(VoterPolicy.Standing.SILENT, watch.peers().get(0).standing());
        hear(1, 5);
        assertEquals(VoterPolicy.Standing.LIVE, watch.peers().get(0).standing());
        at(30);
        assertEquals(VoterPolicy.Standing.DEAD, watch.peers().get(0).standing());
    }

    @Test
    void aNodeWithMuchLessRoomThanTheOthersIsShortOfSpace() {
        hear(1, 100);
        hear(2, 1000);
        assertEquals(List.of(1), watch.shortOfSpace());
        hear(1, 900);
        assertEquals(List.of(), watch.shortOfSpace());
    }

    @Test
    void theHostIsTheOneReportedOrThatOfTheAddress() {
        watch.update(List.of(record(1), record(2).toBuilder().setHost("Rack").build()));
        assertEquals(
                List.of("host-1", "rack"),
                watch.candidates().stream().map(Candidate::host).toList());
    }

    private static NodeRecord stopped(int id) {
        return record(id).toBuilder().setStopped(true).build();
    }

    private void at(long seconds) {
        nanos.set(Duration.ofSeconds(seconds).toNanos());
    }

    private boolean hear(int node, long freeBytes) {
        return watch.heard(HeartbeatRequest.newBuilder()
                .setNodeId(node)
                .setUsableFreeBytes(freeBytes)
                .build());
    }

    private long freeOf(int id) {
        return watch.candidates().stream()
                .filter(node -> node.nodeId() == id)
                .findFirst()
                .orElseThrow()
                .freeBytes();
    }

    private static NodeRecord record(int id) {
        return NodeRecord.newBuilder()
                .setNodeId(id)
                .setName("node-" + id)
                .setAddress("host-" + id + ":1")
                .setState(NodeState.ACTIVE)
                .build();
    }
}
