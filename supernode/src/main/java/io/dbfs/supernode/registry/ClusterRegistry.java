package io.dbfs.supernode.registry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.common.host.FilesystemShares;
import io.dbfs.proto.ClusterStatus;
import io.dbfs.proto.NodeReport;
import io.dbfs.proto.Route;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Clusters and their nodes, as heard within the last hour. Thread-safe. */
public final class ClusterRegistry {
    /** For how long candidates stand though a node may have fallen silent meanwhile: little beside what makes it suspect. */
    private static final long CANDIDATES_VALID_NANOS = 100_000_000;

    /** After so long a new leader has been told by every node that lives. */
    private static final long PARTIAL_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier nanoTime;
    private final HomePlacement placement;

    @GuardedBy("this")
    private final Map<Integer, Map<Integer, Heard>> clusters = new TreeMap<>();

    /** For new files, kept because choosing among them is quick and finding them is not; empty: to be found. */
    @GuardedBy("this")
    private List<HomeCandidate> candidates = List.of();

    @GuardedBy("this")
    private long candidatesNanos;

    @GuardedBy("this")
    private long clearedNanos;

    /**
     * @param nanoTime a clock that only goes forward, in nanoseconds from any origin
     * @param random is used under this object's lock
     */
    public ClusterRegistry(LongSupplier nanoTime, RandomGenerator random) {
        this.nanoTime = nanoTime;
        this.placement = new HomePlacement(random);
        this.clearedNanos = nanoTime.getAsLong();
    }

    /** A node of this cluster has reported itself. */
    public synchronized void heard(int cluster, NodeReport report) {
        clusters.computeIfAbsent(cluster, unheard -> new TreeMap<>())
                .put(report.getNodeId(), new Heard(report, nanoTime.getAsLong()));
        candidates = List.of();
    }

    /** What was heard belongs to an earlier leadership of this process. */
    public synchronized void clear() {
        clusters.clear();
        clearedNanos = nanoTime.getAsLong();
        candidates = List.of();
    }

    /** Drops nodes that have been silent for an hour. */
    public synchronized void forgetSilent() {
        long now = nanoTime.getAsLong();
        clusters.values()
                .forEach(nodes -> nodes.values().removeIf(node -> now - node.atNanos >= NodeHealth.FORGOTTEN_NANOS));
        clusters.values().removeIf(Map::isEmpty);
    }

    /** Where a cluster is led; without leader and nodes when nothing was heard of it. */
    public synchronized Route route(int cluster, String name) {
        return state(cluster, name).route();
    }

    /** All that is known of a cluster. */
    public synchronized ClusterStatus status(int cluster, String name) {
        return state(cluster, name).status();
    }

    /** "host:port" of a cluster's leader; empty while there is none. */
    public String leader(int cluster) {
        return route(cluster, "").getLeader();
    }

    /** Room in all clusters together; what nodes of one filesystem have free counts once. */
    public synchronized ClusterCapacity capacity() {
        List<ClusterState> states = states();
        FilesystemShares shares = new FilesystemShares();
        states.forEach(cluster -> cluster.addTo(shares));
        return states.stream()
                .map(cluster -> cluster.capacity(shares))
                .reduce(ClusterCapacity.NONE, ClusterCapacity::plus);
    }

    /** Whether nodes of these clusters have yet to report themselves to this process, which has not led for long. */
    public synchronized boolean isPartial(Collection<Integer> registered) {
        if (nanoTime.getAsLong() - clearedNanos >= PARTIAL_NANOS_MAX) {
            return false;
        }
        for (int cluster : registered) {
            if (!state(cluster, "").isFullyHeard()) {
                return true;
            }
        }
        return false;
    }

    /** A home for a new file. Empty while no cluster has a leader. */
    public synchronized OptionalInt chooseHomeCluster() {
        long now = nanoTime.getAsLong();
        if (candidates.isEmpty() || now - candidatesNanos >= CANDIDATES_VALID_NANOS) {
            candidates = candidates();
            candidatesNanos = now;
        }
        return placement.choose(candidates);
    }

    @GuardedBy("this")
    private List<HomeCandidate> candidates() {
        List<ClusterState> usable =
                states().stream().filter(ClusterState::usable).toList();
        List<ClusterState> complete =
                usable.stream().filter(ClusterState::complete).toList();
        return (complete.isEmpty() ? usable : complete)
                .stream().map(ClusterState::candidate).toList();
    }

    @GuardedBy("this")
    private List<ClusterState> states() {
        List<ClusterState> states = new ArrayList<>();
        for (int cluster : clusters.keySet()) {
            states.add(state(cluster, ""));
        }
        return states;
    }

    @GuardedBy("this")
    private ClusterState state(int cluster, String name) {
        long now = nanoTime.getAsLong();
        List<NodeState> nodes = new ArrayList<>();
        for (Heard node : clusters.getOrDefault(cluster, Map.of()).values()) {
            nodes.add(new NodeState(node.report, now - node.atNanos));
        }
        return new ClusterState(cluster, name, nodes);
    }

    private record Heard(NodeReport report, long atNanos) {}
}
