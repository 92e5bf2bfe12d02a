package io.dbfs.cluster.node;

import io.dbfs.cluster.chunk.ChunkStore;
import io.dbfs.cluster.chunk.ChunkUsage;
import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.cluster.leader.ContentsGroup;
import io.dbfs.common.FsException;
import io.dbfs.common.Version;
import io.dbfs.proto.ClusterFigures;
import io.dbfs.proto.ContentsRecord;
import io.dbfs.proto.JoinRequest;
import io.dbfs.proto.NodeReport;
import io.dbfs.proto.NodeState;
import io.dbfs.proto.ReplicaState;
import io.dbfs.proto.ReplicaStatus;
import io.dbfs.raft.ReplicaHealth;
import io.dbfs.raft.ReplicatedGroup.Leadership;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports the node to the supernode, and its cluster where it leads. Used by one thread at a time. */
final class Reporter {
    private static final Logger log = LoggerFactory.getLogger(Reporter.class);

    private final String cluster;
    private final int replicas;
    private final int founders;
    private final JoinRequest self;
    private final NodeIdentity identity;
    private final ChunkStore store;
    private final StorageNode node;
    private final Optional<ContentsGroup> group;
    private final Supernodes supernodes;
    private boolean failing;
    private volatile boolean stopping;

    /**
     * @param founders nodes that the cluster is founded with, as far as this one was told
     * @param group absent from a node that holds chunks only
     */
    Reporter(
            String cluster,
            int replicas,
            int founders,
            JoinRequest self,
            NodeIdentity identity,
            ChunkStore store,
            StorageNode node,
            Optional<ContentsGroup> group,
            Supernodes supernodes) {
        this.cluster = cluster;
        this.replicas = replicas;
        this.founders = founders;
        this.self = self;
        this.identity = identity;
        this.store = store;
        this.node = node;
        this.group = group;
        this.supernodes = supernodes;
    }

    /** From now on reports say that the node stops in order. */
    void announceStop() {
        stopping = true;
    }

    /** Sends one report; a failure is logged when it begins. */
    void report() {
        if (identity.nodeId() == 0) {
            return;
        }
        try {
            supernodes.report(next());
            if (failing) {
                log.info("node {} reports to the supernode again", self.getName());
            }
            failing = false;
        } catch (FsException failure) {
            if (!failing) {
                log.warn("node {} cannot report to the supernode: {}", self.getName(), failure.getMessage());
            }
            failing = true;
        }
    }

    private NodeReport next() {
        NodeIdentity.Joined joined = identity.get();
        ChunkUsage usage = store.usage();
        NodeReport.Builder report = NodeReport.newBuilder()
                .setCluster(cluster)
                .setClusterUuid(joined.clusterUuid())
                .setNodeId(joined.nodeId())
                .setNodeName(self.getName())
                .setAddress(self.getAddress())
                .setLoad(node.load())
                .setReplicas(replicas)
                .setVersion(Version.current())
                .setUsableFreeBytes(usage.usableFreeBytes())
                .setChunkBytes(usage.bytes())
                .setFilesystem(store.filesystem())
                .setStopping(stopping);
        group.ifPresent(present -> addLeadership(present, report));
        return report.build();
    }

    private static int activeNodes(ContentsView view) {
        return (int) view.nodes().stream()
                .filter(node -> node.getState() == NodeState.ACTIVE)
                .count();
    }

    private static ReplicaState state(ReplicaHealth.State state) {
        return switch (state) {
            case RUNNING -> ReplicaState.REPLICA_RUNNING;
            case HALTED -> ReplicaState.REPLICA_HALTED;
            case REFILLING -> ReplicaState.REPLICA_REFILLING;
        };
    }

    private void addLeadership(ContentsGroup group, NodeReport.Builder report) {
        Leadership leadership = group.group().leadership();
        ReplicaHealth health = group.group().health();
        report.setLeads(leadership.leads())
                .setTerm(leadership.term())
                .setReplica(ReplicaStatus.newBuilder()
                        .setState(state(health.state()))
                        .setDetail(health.detail()));
        if (leadership.leads()) {
            ContentsRecord record = group.readNow(ContentsView::cluster);
            report.setReplicas(record.getReplicas())
                    .setFigures(ClusterFigures.newBuilder()
                            .setFiles(record.getFiles())
                            .setChunks(record.getChunks())
                            .setNodes(Math.max(founders, group.readNow(Reporter::activeNodes)))
                            .setReferencedBytes(record.getReferencedBytes())
                            .setChunksBelowCopies(record.getChunksBelowCopies())
                            .setChunksLost(record.getChunksLost())
                            .setChunksMisplaced(record.getChunksMisplaced()));
        }
    }
}
