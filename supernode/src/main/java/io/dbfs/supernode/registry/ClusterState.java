package io.dbfs.supernode.registry;

import io.dbfs.common.host.FilesystemShares;
import io.dbfs.proto.ClusterFigures;
import io.dbfs.proto.ClusterStatus;
import io.dbfs.proto.Route;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A cluster as its nodes' last reports show it. Nodes are sorted by id. */
record ClusterState(int id, String name, List<NodeState> nodes) {
    ClusterState {
        nodes = List.copyOf(nodes);
    }

    /** Of two nodes that claim to lead, the one of the later term. One that fell silent leads no more. */
    private Optional<NodeState> leader() {
        return nodes.stream()
                .filter(node -> node.report().getLeads() && node.healthy())
                .max(Comparator.comparingLong(node -> node.report().getTerm()));
    }

    private String leaderAddress() {
        return leader().map(node -> node.report().getAddress()).orElse("");
    }

    private long term() {
        return leader().map(node -> node.report().getTerm()).orElse(0L);
    }

    private int replicas() {
        return nodes.stream()
                .mapToInt(node -> node.report().getReplicas())
                .max()
                .orElse(0);
    }

    Route route() {
        return Route.newBuilder()
                .setClusterId(id)
                .setClusterName(name)
                .setLeader(leaderAddress())
                .setTerm(term())
                .addAllNodes(nodes.stream().map(NodeState::address).toList())
                .setReplicas(replicas())
                .build();
    }

    ClusterStatus status() {
        return ClusterStatus.newBuilder()
                .setClusterId(id)
                .setName(name)
                .setLeader(leaderAddress())
                .setTerm(term())
                .setReplicas(replicas())
                .addAllNodes(nodes.stream().map(NodeState::status).toList())
                .setFigures(
                        leader().map(node -> node.report().getFigures()).orElse(ClusterFigures.getDefaultInstance()))
                .build();
    }

    /** What nodes that are not dead have stored, and can store on their shares of what is free. */
    ClusterCapacity capacity(FilesystemShares shares) {
        List<NodeState> counted = nodes.stream().filter(NodeState::counts).toList();
        int copies = Math.max(1, replicas());
        long stored = counted.stream()
                        .mapToLong(node -> node.report().getChunkBytes())
                        .sum()
                / copies;
        long free = PlaceableBytes.of(
                counted.stream()
                        .map(node -> shares.freeBytes(key(node), filesystem(node)))
                        .toList(),
                copies);
        return new ClusterCapacity(stored + free, free);
    }

    /** Adds what its nodes have free. */
    void addTo(FilesystemShares shares) {
        nodes.stream()
                .filter(NodeState::counts)
                .forEach(node ->
                        shares.add(key(node), filesystem(node), node.report().getUsableFreeBytes(), 0));
    }

    private String key(NodeState node) {
        return id + "/" + node.report().getNodeId();
    }

    private static String filesystem(NodeState node) {
        return node.report().getFilesystem();
    }

    /** Whether its leader and all nodes that its leader knows of have reported themselves. */
    boolean isFullyHeard() {
        return leader().filter(
                        node -> nodes.size() >= node.report().getFigures().getNodes())
                .isPresent();
    }

    /** Whether a new file can be made here now; whether there is room for its bytes is another matter. */
    boolean usable() {
        return leader().isPresent();
    }

    /** Whether every new chunk gets all of its copies. */
    boolean complete() {
        return nodes.stream()
                        .filter(node -> node.healthy() && node.report().getUsableFreeBytes() > 0)
                        .count()
                >= replicas();
    }

    HomeCandidate candidate() {
        double load = nodes.stream()
                .filter(NodeState::healthy)
                .mapToDouble(NodeState::load)
                .average()
                .orElse(1);
        return new HomeCandidate(id, healthyFreeBytes() / Math.max(1, replicas()), load);
    }

    private long healthyFreeBytes() {
        return nodes.stream()
                .filter(NodeState::healthy)
                .mapToLong(node -> node.report().getUsableFreeBytes())
                .sum();
    }
}
