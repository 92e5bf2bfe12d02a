package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.FailureDomains;
import io.dbfs.common.host.FilesystemShares;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.Health;
import io.dbfs.proto.HeartbeatRequest;
import io.dbfs.proto.HostLoad;
import io.dbfs.proto.ListedNode;
import io.dbfs.proto.NodeAddress;
import io.dbfs.proto.NodeRecord;
import io.dbfs.proto.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What the leader knows of its nodes: their records, when each was last heard, how full and loaded it is. Thread-safe. */
final class NodeWatch {
    /** A node with less than this share of the average free space is short of it. */
    private static final double SHORT_OF_SPACE_SHARE = 0.5;

    private static final long UNKNOWN_FREE_BYTES = 1L << 30;
    /** A placement counts as taken for at most this long, and at least half of it, while no report tells of its chunk. */
    private static final long EXPECTED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final LongSupplier nanoClock;
    private final long suspectNanos;
    private final long deadNanos;
    private final long restartNanos;
    private final Map<Integer, Watched> nodes = new HashMap<>();

    /** @param restartTimeout how long a node that stopped in order is waited for */
    NodeWatch(LongSupplier nanoClock, Duration suspectAfter, Duration deadAfter, Duration restartTimeout) {
        this.nanoClock = nanoClock;
        suspectNanos = suspectAfter.toNanos();
        deadNanos = deadAfter.toNanos();
        restartNanos = Math.max(deadNanos, restartTimeout.toNanos());
    }

    /** Leadership began: every node counts as heard just now, for it had nobody to tell. */
    synchronized void begin(Collection<NodeRecord> records) {
        nodes.clear();
        update(records);
    }

    /** The node table as it is now. */
    synchronized void update(Collection<NodeRecord> records) {
        Map<Integer, Watched> before = new HashMap<>(nodes);
        nodes.clear();
        for (NodeRecord node : records) {
            Watched watched = before.get(node.getNodeId());
            nodes.put(
                    node.getNodeId(),
                    watched == null
                            ? new Watched(node, nanoClock.getAsLong())
                            : watched.of(node, nanoClock.getAsLong()));
        }
    }

    /** A node reported itself; false for one that is not in the table. */
    synchronized boolean heard(HeartbeatRequest report) {
        Watched node = nodes.get(report.getNodeId());
        if (node == null) {
            return false;
        }
        node.heard(report, nanoClock.getAsLong());
        return true;
    }

    synchronized Optional<NodeRecord> record(int nodeId) {
        return Optional.ofNullable(nodes.get(nodeId)).map(node -> node.record);
    }

    synchronized List<NodeRecord> records() {
        return nodes.values().stream().map(node -> node.record).toList();
    }

    synchronized Health health(int nodeId) {
        return health(nodes.get(nodeId));
    }

    /** Nodes that may take new chunks. Those on one filesystem have equal shares of what is free there. */
    synchronized List<Candidate> candidates() {
        return candidates(true);
    }

    /** The same without what is on its way: what nodes would take if nothing of that came. */
    synchronized List<Candidate> candidatesAsReported() {
        return candidates(false);
    }

    private List<Candidate> candidates(boolean withExpected) {
        List<Watched> eligible = nodes.values().stream()
                .filter(node -> node.record.getState() == NodeState.ACTIVE && health(node) == Health.HEALTHY)
                .toList();
        FilesystemShares shares = shares(eligible, withExpected);
        long mostFree = eligible.stream()
                .mapToLong(node -> node.freeBytes(shares))
                .max()
                .orElse(0);
        List<Candidate> candidates = new ArrayList<>();
        for (Watched node : eligible) {
            // One not heard yet since this leadership began counts as free as any.
            long free = node.report == null ? Math.max(mostFree, UNKNOWN_FREE_BYTES) : node.freeBytes(shares);
            candidates.add(
                    new Candidate(node.record.getNodeId(), node.record.getAddress(), node.host, free, node.busy()));
        }
        return candidates;
    }

    private static FilesystemShares shares(Collection<Watched> nodes, boolean withExpected) {
        FilesystemShares shares = new FilesystemShares();
        nodes.forEach(node -> node.addTo(shares, withExpected));
        return shares;
    }

    /** So much is on its way to a node and not yet in its reports. */
    synchronized void expect(int nodeId, long bytes) {
        Watched node = nodes.get(nodeId);
        if (node != null) {
            node.expect(bytes, nanoClock.getAsLong());
        }
    }

    /** A chunk as readers should see it: the copies that are likely to answer first; dead ones only if there is no other. */
    synchronized ChunkInfo.Builder chunk(long id, int length, List<Integer> replicas) {
        ChunkInfo.Builder chunk = ChunkInfo.newBuilder().setId(id).setLength(length);
        for (Health wanted : List.of(Health.HEALTHY, Health.SUSPECT)) {
            replicas.stream().filter(node -> health(nodes.get(node)) == wanted).forEach(chunk::addReplicas);
        }
        return chunk.getReplicasCount() == 0 ? chunk.addAllReplicas(replicas) : chunk;
    }

    /** Where these nodes serve; those that are not known are left out. */
    synchronized List<NodeAddress> addresses(Collection<Integer> ids) {
        List<NodeAddress> addresses = new ArrayList<>(ids.size());
        for (int id : ids) {
            Watched node = nodes.get(id);
            if (node != null) {
                addresses.add(NodeAddress.newBuilder()
                        .setNodeId(id)
                        .setAddress(node.record.getAddress())
                        .build());
            }
        }
        return addresses;
    }

    /** Nodes with so much less room than the others that they are relieved first. */
    synchronized List<Integer> shortOfSpace() {
        FilesystemShares shares = shares(nodes.values(), true);
        double average = nodes.values().stream()
                .filter(node -> node.report != null)
                .mapToLong(node -> node.freeBytes(shares))
                .average()
                .orElse(0);
        return nodes.values().stream()
                .filter(node -> node.report != null && node.freeBytes(shares) < average * SHORT_OF_SPACE_SHARE)
                .map(node -> node.record.getNodeId())
                .toList();
    }

    /** How the nodes that are not declared dead stand. */
    synchronized List<RepairBrake.Watched> silences() {
        return nodes.values().stream()
                .filter(node -> node.record.getState() == NodeState.ACTIVE)
                .map(node -> new RepairBrake.Watched(node.record.getNodeId(), node.host, silence(node)))
                .toList();
    }

    private RepairBrake.Silence silence(Watched node) {
        if (nanoClock.getAsLong() - node.heardNanos >= restartNanos) {
            return RepairBrake.Silence.OVERDUE;
        }
        if (node.record.getStopped()) {
            return RepairBrake.Silence.NONE;
        }
        return switch (health(node)) {
            case DEAD -> RepairBrake.Silence.DEAD;
            case SUSPECT -> RepairBrake.Silence.SUSPECT;
            case HEALTHY, HEALTH_UNSPECIFIED, UNRECOGNIZED -> RepairBrake.Silence.NONE;
        };
    }

    /** The nodes as those who may vote. */
    synchronized List<VoterPolicy.Peer> peers() {
        return nodes.values().stream()
                .map(node -> new VoterPolicy.Peer(node.record.getRaftAddress(), node.host, standing(node)))
                .toList();
    }

    private VoterPolicy.Standing standing(Watched node) {
        Health health = health(node);
        if (node.record.getState() == NodeState.GONE || health == Health.DEAD) {
            return VoterPolicy.Standing.DEAD;
        }
        if (node.record.getState() == NodeState.LEAVING) {
            return VoterPolicy.Standing.LEAVING;
        }
        // One that counts as healthy because leadership has just begun may be anything.
        return health == Health.HEALTHY && node.report != null
                ? VoterPolicy.Standing.LIVE
                : VoterPolicy.Standing.SILENT;
    }

    /** A node as the command line lists it; without what only the group knows. */
    synchronized List<ListedNode.Builder> listed() {
        FilesystemShares shares = shares(nodes.values(), true);
        return nodes.values().stream()
                .map(node -> ListedNode.newBuilder()
                        .setRecord(node.record)
                        .setHost(node.host)
                        .setHealth(health(node))
                        .setUsableFreeBytes(node.freeBytes(shares))
                        .setChunkBytes(storedBytes(node))
                        .setSilentMillis(TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong() - node.heardNanos)))
                .sorted(Comparator.comparingInt(node -> node.getRecord().getNodeId()))
                .toList();
    }

    /** What a node's chunks take, as it last reported. */
    synchronized long storedBytes(int nodeId) {
        Watched node = nodes.get(nodeId);
        return node == null ? 0 : storedBytes(node);
    }

    private static long storedBytes(Watched node) {
        return node.report == null ? 0 : node.report.getChunkBytes();
    }

    private Health health(@Nullable Watched node) {
        if (node == null) {
            return Health.DEAD;
        }
        long silence = nanoClock.getAsLong() - node.heardNanos;
        boolean stopped = node.record.getStopped();
        if (silence >= (stopped ? restartNanos : deadNanos)) {
            return Health.DEAD;
        }
        return stopped || silence >= suspectNanos ? Health.SUSPECT : Health.HEALTHY;
    }

    private static final class Watched {
        private NodeRecord record;
        private String host;
        private long heardNanos;
        /** On its way since the last turn, and before it. */
        private long expectedBytes;

        private long expectedBeforeBytes;
        private long turnedNanos;
        private @Nullable HeartbeatRequest report;

        Watched(NodeRecord record, long nowNanos) {
            this.record = record;
            host = FailureDomains.hostOf(record);
            heardNanos = nowNanos;
            turnedNanos = nowNanos;
        }

        Watched of(NodeRecord newRecord, long nowNanos) {
            if (record.getStopped() && !newRecord.getStopped()) {
                // It has just joined again, and its first heartbeat is on its way.
                heardNanos = nowNanos;
            }
            record = newRecord;
            host = FailureDomains.hostOf(newRecord);
            return this;
        }

        void heard(HeartbeatRequest newReport, long nowNanos) {
            report = newReport;
            heardNanos = nowNanos;
            turn(nowNanos);
        }

        void expect(long bytes, long nowNanos) {
            turn(nowNanos);
            expectedBytes += bytes;
        }

        /** What was expected arrives over some seconds, and is then part of the report. */
        private void turn(long nowNanos) {
            if (nowNanos - turnedNanos >= EXPECTED_NANOS / 2) {
                boolean all = nowNanos - turnedNanos >= EXPECTED_NANOS;
                expectedBeforeBytes = all ? 0 : expectedBytes;
                expectedBytes = 0;
                turnedNanos = nowNanos;
            }
        }

        void addTo(FilesystemShares shares, boolean withExpected) {
            if (report != null) {
                shares.add(
                        name(),
                        report.getFilesystem(),
                        report.getUsableFreeBytes(),
                        withExpected ? expectedBytes + expectedBeforeBytes : 0);
            }
        }

        long freeBytes(FilesystemShares shares) {
            return report == null ? 0 : shares.freeBytes(name(), report.getFilesystem());
        }

        private String name() {
            return Integer.toString(record.getNodeId());
        }

        double busy() {
            if (report == null) {
                return 0;
            }
            HostLoad load = report.getLoad();
            return Math.max(0, Math.min(1, Math.max(load.getCpu(), load.getDiskBusy())));
        }
    }
}
