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
    private final NodeWatch watch = new NodeWatch(nanos::get, Duration.ofSeconds(3), Duration.ofSeconds(30));

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
