package io.dbfs.supernode.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.proto.ClusterFigures;
import io.dbfs.proto.Health;
import io.dbfs.proto.NodeReport;
import io.dbfs.proto.NodeStatus;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClusterRegistryTest {
    private long nanos = 1000;
    private final ClusterRegistry registry = new ClusterRegistry(() -> nanos, new SplittableRandom(1));

    @Test
    void aSilentNodeIsSuspectAfterThreeSecondsAndDeadAfterThirty() {
        registry.heard(1, node(1, false, 0, 100).build());
        assertEquals(List.of(Health.HEALTHY), health());
        pass(Duration.ofMillis(2999));
        assertEquals(List.of(Health.HEALTHY), health());
        pass(Duration.ofMillis(1));
        assertEquals(List.of(Health.SUSPECT), health());
        pass(Duration.ofSeconds(27));
        assertEquals(List.of(Health.DEAD), health());
        registry.heard(1, node(1, false, 0, 100).build());
        assertEquals(List.of(Health.HEALTHY), health());
    }

    @Test
    void aNodeSilentForAnHourIsForgotten() {
        registry.heard(1, node(1, false, 0, 100).build());
        pass(Duration.ofMinutes(59));
        registry.forgetSilent();
        assertEquals(List.of(Health.DEAD), health());
        pass(Duration.ofMinutes(1));
        registry.forgetSilent();
        assertEquals(List.of(), health());
    }

    @Test
    void ofTwoThatClaimToLeadTheLaterTermIsBelieved() {
        registry.heard(1, node(1, true, 5, 100).build());
        registry.heard(1, node(2, true, 4, 100).build());
        assertEquals("host1:1", registry.leader(1));
        registry.heard(1, node(2, true, 6, 100).build());
        assertEquals("host2:1", registry.leader(1));
        assertEquals(6, registry.route(1, "local").getTerm());
    }

    @Test
    void aLeaderThatFellSilentLeadsNoMore() {
        registry.heard(1, node(1, true, 5, 100).build());
        pass(Duration.ofSeconds(3));
        assertEquals("", registry.leader(1));
    }

    @Test
    void aClusterIsAHomeOnlyWithALeader() {
        assertEquals(OptionalInt.empty(), registry.chooseHomeCluster());
        registry.heard(1, node(1, false, 0, 100).build());
        assertEquals(OptionalInt.empty(), registry.chooseHomeCluster());
        registry.heard(1, node(1, true, 1, 100).build());
        assertEquals(OptionalInt.of(1), registry.chooseHomeCluster());
    }

    @Test
    void aFullClusterIsAHomeOnlyWhereThereIsNoOther() {
        registry.heard(1, node(1, true, 1, 0).build());
        assertEquals(OptionalInt.of(1), registry.chooseHomeCluster());
        registry.heard(2, node(1, true, 1, 100).build());
        for (int i = 0; i < 100; i++) {
            assertEquals(OptionalInt.of(2), registry.chooseHomeCluster());
        }
    }

    @Test
    void nodesOfOneFilesystemHaveItsSpaceTogether() {
        for (int id = 1; id <= 3; id++) {
            registry.heard(
                    1,
                    node(id, id == 1, 1, 90)
                            .setReplicas(2)
                            .setFilesystem("disk")
                            .setChunkBytes(4)
                            .build());
        }
        assertEquals(new ClusterCapacity(6 + 45, 45), registry.capacity());
        registry.heard(2, node(1, true, 1, 90).setFilesystem("disk").build());
        assertEquals(6 + 22 * 3 / 2 + 22, registry.capacity().totalBytes());
    }

    @Test
    void theFiguresArePartialUntilEveryNodeThatTheLeaderKnowsIsHeard() {
        ClusterFigures two = ClusterFigures.newBuilder().setNodes(2).build();
        assertTrue(registry.isPartial(List.of(1)));
        registry.heard(1, node(1, true, 1, 100).setFigures(two).build());
        assertTrue(registry.isPartial(List.of(1)));
        registry.heard(1, node(2, false, 1, 100).build());
        assertFalse(registry.isPartial(List.of(1)));
        assertTrue(registry.isPartial(List.of(1, 2)));
        pass(Duration.ofSeconds(10));
        assertFalse(registry.isPartial(List.of(1, 2)), "a cluster that is gone is not waited for");
        registry.clear();
        assertTrue(registry.isPartial(List.of(1)), "a new leader knows nothing");
    }

    @Test
    void aClusterThatLacksNodesForAllCopiesIsChosenOnlyWhereThereIsNoOther() {
        registry.heard(1, node(1, true, 1, 1 << 20).setReplicas(2).build());
        assertEquals(OptionalInt.of(1), registry.chooseHomeCluster());
        registry.heard(2, node(1, true, 1, 10).build());
        assertEquals(OptionalInt.of(2), registry.chooseHomeCluster());
    }

    @Test
    void capacityCountsCopiesAndLeavesOutTheDead() {
        registry.heard(1, node(1, true, 1, 100).setReplicas(2).setChunkBytes(60).build());
        registry.heard(
                1, node(2, false, 0, 140).setReplicas(2).setChunkBytes(100).build());
        assertEquals(new ClusterCapacity(180, 100), registry.capacity());
        pass(Duration.ofSeconds(30));
        assertEquals(ClusterCapacity.NONE, registry.capacity());
    }

    @Test
    void figuresAreTheLeaders() {
        registry.heard(1, node(1, false, 0, 1).build());
        registry.heard(
                1,
                node(2, true, 1, 1)
                        .setFigures(ClusterFigures.newBuilder().setFiles(12))
                        .build());
        assertEquals(12, registry.status(1, "local").getFigures().getFiles());
    }

    private List<Health> health() {
        return registry.status(1, "local").getNodesList().stream()
                .map(NodeStatus::getHealth)
                .toList();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private static NodeReport.Builder node(int id, boolean leads, long term, long freeBytes) {
        return NodeReport.newBuilder()
                .setCluster("local")
                .setNodeId(id)
                .setAddress("host" + id + ":1")
                .setLeads(leads)
                .setTerm(term)
                .setReplicas(1)
                .setUsableFreeBytes(freeBytes);
    }
}
