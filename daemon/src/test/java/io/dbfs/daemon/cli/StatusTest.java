package io.dbfs.daemon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.dbfs.proto.ClusterStatus;
import io.dbfs.proto.GetStatusReply;
import io.dbfs.proto.Health;
import io.dbfs.proto.MountStatus;
import io.dbfs.proto.NodeStatus;
import io.dbfs.proto.Refusal;
import io.dbfs.proto.ReplicaState;
import io.dbfs.proto.ReplicaStatus;
import io.dbfs.proto.SupernodeStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The status, as people and as programs read it. */
class StatusTest {
    private static final GetStatusReply STATUS = status();

    private static GetStatusReply status() {
        ClusterStatus.Builder cluster = ClusterStatus.newBuilder()
                .setName("first")
                .setLeader("a:7500")
                .setReplicas(2)
                .addNodes(NodeStatus.newBuilder()
                        .setNodeId(7)
                        .setName("a-disk1")
                        .setAddress("a:7500")
                        .setChunkBytes(3 << 20)
                        .setLeads(true));
        cluster.getFiguresBuilder().setReferencedBytes(1 << 20);
        cluster.getFiguresBuilder()
                .setFiles(3)
                .setChunks(5)
                .setChunksBelowCopies(1)
                .setChunksMisplaced(4);
        return GetStatusReply.newBuilder()
                .addSupernodes(SupernodeStatus.newBuilder().setAddress("a:7400").setLeads(true))
                .addClusters(cluster)
                .addMounts(MountStatus.newBuilder().setSession(-1).setHost("c").setMountPoint("/mnt/dbfs"))
                .setInodes(11)
                .build();
    }

    @Test
    void peopleSeeWhatStandsAndWhatIsWrong() {
        String text = StatusText.render(STATUS);
        assertTrue(
                text.contains(
                        "Cluster first: leader a:7500, 2 copies, 3 files, 5 chunks, 1 below their copies, 4 on too few"
                                + " hosts"),
                text);
        assertTrue(text.contains("All copies: 3.0 MiB on disk, 1.0 MiB of it referenced by files"), text);
        assertTrue(text.lines().anyMatch(line -> line.contains("a-disk1") && line.contains("leader")), text);
        assertTrue(text.lines().anyMatch(line -> line.contains("/mnt/dbfs") && line.contains("c")), text);
        assertTrue(text.contains("11 inodes"), text);
    }

    @Test
    void aNodeThatStoppedInOrderIsNotShownAsDead() {
        GetStatusReply.Builder status = STATUS.toBuilder();
        status.getClustersBuilder(0)
                .getNodesBuilder(0)
                .setHealth(Health.DEAD)
                .setStopped(true)
                .setSilentMillis(90_000);
        assertTrue(StatusText.render(status.build()).contains("stopped 90 s ago"));
    }

    @Test
    void replicasThatTakeNoPartAreShownWithTheReason() {
        GetStatusReply.Builder status = STATUS.toBuilder();
        status.getClustersBuilder(0)
                .getNodesBuilder(0)
                .setHealth(Health.HEALTHY)
                .setReplica(replica(ReplicaState.REPLICA_HALTED, "0 MiB left"));
        String text = StatusText.render(status.build());
        assertTrue(text.lines().anyMatch(line -> line.contains("a-disk1") && line.contains("replica HALTED")), text);
        assertTrue(text.contains("node a-disk1 is halted (0 MiB left)"), text);
        assertEquals(List.of("node a-disk1 is halted (0 MiB left)"), Replicas.notRunning(status.build()));
        JsonObject node = JsonParser.parseString(StatusJson.render(status.build()))
                .getAsJsonObject()
                .getAsJsonArray("clusters")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("nodes")
                .get(0)
                .getAsJsonObject();
        assertEquals("halted", node.get("replica").getAsString());
        assertEquals("0 MiB left", node.get("replica_detail").getAsString());
        assertEquals(List.of(), Replicas.notRunning(STATUS));
    }

    @Test
    void eachSupernodeSaysBestHowItIsItself() {
        GetStatusReply leader = GetStatusReply.newBuilder()
                .addSupernodes(supernode("a:7400", true).setReplica(replica(ReplicaState.REPLICA_RUNNING, "")))
                .addSupernodes(supernode("b:7400", false))
                .addSupernodes(supernode("c:7400", false))
                .setInodes(11)
                .build();
        GetStatusReply halted = GetStatusReply.newBuilder()
                .setRefusal(Refusal.getDefaultInstance())
                .addSupernodes(supernode("a:7400", false))
                .addSupernodes(supernode("b:7400", false).setReplica(replica(ReplicaState.REPLICA_HALTED, "full")))
                .addSupernodes(supernode("c:7400", false))
                .build();
        Map<String, GetStatusReply> replies = new LinkedHashMap<>();
        replies.put("b:7400", halted);
        replies.put("a:7400", leader);

        GetStatusReply merged = StatusClient.merge(replies, Set.of("c:7400"));

        assertEquals(11, merged.getInodes());
        assertEquals(
                List.of("running", "halted", "unreachable"),
                merged.getSupernodesList().stream()
                        .map(supernode -> Replicas.state(supernode.getReplica()))
                        .toList());
        assertEquals(List.of("supernode b:7400 is halted (full)"), Replicas.notRunning(merged));
    }

    private static SupernodeStatus.Builder supernode(String address, boolean leads) {
        return SupernodeStatus.newBuilder().setAddress(address).setLeads(leads);
    }

    private static ReplicaStatus replica(ReplicaState state, String detail) {
        return ReplicaStatus.newBuilder().setState(state).setDetail(detail).build();
    }

    @Test
    void aSystemWithoutAClusterSaysWhatToDo() {
        String text = StatusText.render(STATUS.toBuilder().clearClusters().build());
        assertTrue(text.contains("No cluster has registered yet: start nodes."), text);
    }

    @Test
    void programsReadTheSame() {
        JsonObject json = JsonParser.parseString(StatusJson.render(STATUS)).getAsJsonObject();
        JsonObject cluster = json.getAsJsonArray("clusters").get(0).getAsJsonObject();
        assertEquals("first", cluster.get("name").getAsString());
        assertEquals(1, cluster.get("chunks_below_copies").getAsLong());
        assertEquals(3 << 20, cluster.get("stored_bytes").getAsLong());
        assertEquals(1 << 20, cluster.get("referenced_bytes").getAsLong());
        assertEquals(4, cluster.get("chunks_misplaced").getAsLong());
        JsonObject node = cluster.getAsJsonArray("nodes").get(0).getAsJsonObject();
        assertEquals(7, node.get("id").getAsInt());
        assertTrue(node.get("leads").getAsBoolean());
        JsonObject mount = json.getAsJsonArray("mounts").get(0).getAsJsonObject();
        assertEquals("18446744073709551615", mount.get("session").getAsString());
        assertEquals(11, json.get("inodes").getAsLong());
    }
}
