package io.dbfs.daemon.cli;

import io.dbfs.common.config.Quantities;
import io.dbfs.proto.ClusterStatus;
import io.dbfs.proto.GetStatusReply;
import io.dbfs.proto.HostLoad;
import io.dbfs.proto.MountStatus;
import io.dbfs.proto.NodeStatus;
import io.dbfs.proto.SupernodeStatus;
import java.util.List;
import java.util.Locale;

/** The status as people read it. */
final class StatusText {
    private StatusText() {}

    static String render(GetStatusReply status) {
        StringBuilder text = new StringBuilder();
        text.append("Supernodes\n").append(supernodes(status.getSupernodesList()));
        if (status.hasRefusal()) {
            Replicas.notRunning(status)
                    .forEach(line -> text.append("\n").append(line).append("\n"));
            return text.append("\nNo supernode leads: what else there is, is not known now.\n")
                    .toString();
        }
        for (ClusterStatus cluster : status.getClustersList()) {
            text.append('\n').append(heading(cluster)).append(nodes(cluster.getNodesList()));
        }
        if (status.getClustersCount() == 0) {
            text.append("\nNo cluster has registered yet: start nodes.\n");
        }
        Replicas.notRunning(status)
                .forEach(line -> text.append("\n").append(line).append("\n"));
        text.append("\nMounts\n").append(mounts(status.getMountsList()));
        text.append("\n")
                .append(status.getInodes())
                .append(" inodes, ")
                .append(status.getOrphans())
                .append(" unlinked but open, ")
                .append(status.getReleasesPending())
                .append(" files' contents to release\n");
        return text.toString();
    }

    private static String supernodes(List<SupernodeStatus> supernodes) {
        TextTable table = new TextTable("ADDRESS", "ROLE", "REPLICA");
        supernodes.forEach(supernode ->
                table.row(supernode.getAddress(), role(supernode.getLeads()), Replicas.state(supernode.getReplica())));
        return table.toString();
    }

    private static String heading(ClusterStatus cluster) {
        String leader = cluster.getLeader().isEmpty() ? "no leader" : "leader " + cluster.getLeader();
        long below = cluster.getFigures().getChunksBelowCopies();
        long lost = cluster.getFigures().getChunksLost();
        long misplaced = cluster.getFigures().getChunksMisplaced();
        return "Cluster " + cluster.getName() + ": " + leader + ", " + cluster.getReplicas() + " copies, "
                + cluster.getFigures().getFiles() + " files, "
                + cluster.getFigures().getChunks() + " chunks, "
                + below + " below their copies" + (lost == 0 ? "" : ", " + lost + " LOST (see: dbfs status --lost)")
                + (misplaced == 0 ? "" : ", " + misplaced + " on too few hosts") + "\n"
                + "All copies: " + Quantities.describeBytes(stored(cluster)) + " on disk, "
                + Quantities.describeBytes(cluster.getFigures().getReferencedBytes()) + " of it referenced by files\n";
    }

    /** Of all copies; what is not referenced of it is garbage. */
    private static long stored(ClusterStatus cluster) {
        return cluster.getNodesList().stream()
                .mapToLong(NodeStatus::getChunkBytes)
                .sum();
    }

    private static String nodes(List<NodeStatus> nodes) {
        TextTable table = new TextTable(
                "NODE", "NAME", "ADDRESS", "HEALTH", "ROLE", "CPU", "MEMORY", "DISK BUSY", "FREE", "STORED", "VERSION");
        for (NodeStatus node : nodes) {
            HostLoad load = node.getLoad();
            table.row(
                    node.getNodeId(),
                    node.getName(),
                    node.getAddress(),
                    health(node),
                    role(node.getLeads()),
                    percent(load.getCpu()),
                    percent(memoryUsed(load)),
                    percent(load.getDiskBusy()),
                    Quantities.describeBytes(node.getUsableFreeBytes()),
                    Quantities.describeBytes(node.getChunkBytes()),
                    node.getVersion());
        }
        return table.toString();
    }

    private static String mounts(List<MountStatus> mounts) {
        if (mounts.isEmpty()) {
            return "  none\n";
        }
        TextTable table = new TextTable("HOST", "MOUNT POINT", "LAST HEARD", "VERSION");
        mounts.forEach(mount ->
                table.row(mount.getHost(), mount.getMountPoint(), ago(mount.getSilentMillis()), mount.getVersion()));
        return table.toString();
    }

    private static String health(NodeStatus node) {
        if (node.getStopped()) {
            return "stopped " + node.getSilentMillis() / 1000 + " s ago";
        }
        return switch (node.getHealth()) {
            case HEALTHY ->
                Replicas.isIdle(node.getReplica())
                        ? "replica " + Replicas.state(node.getReplica()).toUpperCase(Locale.ROOT)
                        : "healthy";
            case SUSPECT -> "suspect, silent for " + node.getSilentMillis() / 1000 + " s";
            case DEAD -> "DEAD, silent for " + node.getSilentMillis() / 1000 + " s";
            case HEALTH_UNSPECIFIED, UNRECOGNIZED -> "unknown";
        };
    }

    private static String role(boolean leads) {
        return leads ? "leader" : "follower";
    }

    private static double memoryUsed(HostLoad load) {
        long total = load.getMemoryTotalBytes();
        return total == 0 ? 0 : 1 - (double) load.getMemoryAvailableBytes() / total;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f%%", share * 100);
    }

    private static String ago(long millis) {
        return String.format(Locale.ROOT, "%.1f s ago", millis / 1000.0);
    }
}
