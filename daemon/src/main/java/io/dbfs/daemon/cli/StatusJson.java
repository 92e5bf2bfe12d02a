package io.dbfs.daemon.cli;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import io.dbfs.proto.ClusterStatus;
import io.dbfs.proto.GetStatusReply;
import io.dbfs.proto.HostLoad;
import io.dbfs.proto.NodeStatus;
import java.util.List;
import java.util.Locale;

/** The status as programs read it. The names of these records' components are the format: they only ever grow. */
final class StatusJson {
    private StatusJson() {}

    static String render(GetStatusReply status) {
        return new GsonBuilder()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .setPrettyPrinting()
                .create()
                .toJson(system(status));
    }

    private static SystemView system(GetStatusReply status) {
        return new SystemView(
                status.getSupernodesList().stream()
                        .map(supernode -> new SupernodeView(
                                supernode.getAddress(),
                                supernode.getLeads(),
                                Replicas.state(supernode.getReplica()),
                                supernode.getReplica().getDetail()))
                        .toList(),
                status.getClustersList().stream().map(StatusJson::cluster).toList(),
                status.getMountsList().stream()
                        .map(mount -> new MountView(
                                Long.toUnsignedString(mount.getSession()),
                                mount.getHost(),
                                mount.getMountPoint(),
                                mount.getVersion(),
                                mount.getSilentMillis()))
                        .toList(),
                status.getInodes(),
                status.getOrphans(),
                status.getReleasesPending());
    }

    private static ClusterView cluster(ClusterStatus cluster) {
        return new ClusterView(
                cluster.getClusterId(),
                cluster.getName(),
                cluster.getLeader(),
                cluster.getTerm(),
                cluster.getReplicas(),
                cluster.getFigures().getFiles(),
                cluster.getFigures().getChunks(),
                cluster.getFigures().getChunksBelowCopies(),
                cluster.getFigures().getChunksLost(),
                cluster.getFigures().getChunksMisplaced(),
                cluster.getNodesList().stream()
                        .mapToLong(NodeStatus::getChunkBytes)
                        .sum(),
                cluster.getFigures().getReferencedBytes(),
                cluster.getNodesList().stream().map(StatusJson::node).toList());
    }

    private static NodeView node(NodeStatus node) {
        HostLoad load = node.getLoad();
        return new NodeView(
                node.getNodeId(),
                node.getName(),
                node.getAddress(),
                node.getHealth().name().toLowerCase(Locale.ROOT),
                node.getSilentMillis(),
                node.getStopped(),
                node.getLeads(),
                load.getCpu(),
                load.getMemoryTotalBytes(),
                load.getMemoryAvailableBytes(),
                load.getDiskTotalBytes(),
                load.getDiskFreeBytes(),
                load.getDiskBusy(),
                node.getUsableFreeBytes(),
                node.getChunkBytes(),
                node.getVersion(),
                Replicas.state(node.getReplica()),
                node.getReplica().getDetail());
    }

    private record SystemView(
            List<SupernodeView> supernodes,
            List<ClusterView> clusters,
            List<MountView> mounts,
            long inodes,
            long orphans,
            long releasesPending) {}

    private record SupernodeView(String address, boolean leads, String replica, String replicaDetail) {}

    private record ClusterView(
            int id,
            String name,
            String leader,
            long term,
            int replicas,
            long files,
            long chunks,
            long chunksBelowCopies,
            long chunksLost,
            long chunksMisplaced,
            long storedBytes,
            long referencedBytes,
            List<NodeView> nodes) {}

    private record NodeView(
            int id,
            String name,
            String address,
            String health,
            long silentMillis,
            boolean stopped,
            boolean leads,
            double cpu,
            long memoryTotalBytes,
            long memoryAvailableBytes,
            long diskTotalBytes,
            long diskFreeBytes,
            double diskBusy,
            long usableFreeBytes,
            long chunkBytes,
            String version,
            String replica,
            String replicaDetail) {}

    private record MountView(String session, String host, String mountPoint, String version, long silentMillis) {}
}
