package io.dbfs.daemon.cli;

import io.dbfs.proto.ClusterStatus;
import io.dbfs.proto.GetStatusReply;
import io.dbfs.proto.NodeStatus;
import io.dbfs.proto.ReplicaStatus;
import io.dbfs.proto.SupernodeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the status' replicas are, in words. */
final class Replicas {
    private Replicas() {}

    /** One word: running, halted, refilling, unreachable, or unknown. */
    static String state(ReplicaStatus replica) {
        return switch (replica.getState()) {
            case REPLICA_RUNNING, REPLICA_HALTED, REPLICA_REFILLING, REPLICA_UNREACHABLE ->
                replica.getState().name().substring("REPLICA_".length()).toLowerCase(Locale.ROOT);
            case REPLICA_STATE_UNSPECIFIED, UNRECOGNIZED -> "unknown";
        };
    }

    /** Whether it lives and takes no part in its group. */
    static boolean isIdle(ReplicaStatus replica) {
        return switch (replica.getState()) {
            case REPLICA_HALTED, REPLICA_REFILLING -> true;
            case REPLICA_STATE_UNSPECIFIED, REPLICA_RUNNING, REPLICA_UNREACHABLE, UNRECOGNIZED -> false;
        };
    }

    /** Those that live and take no part in their group, and why. */
    static List<String> notRunning(GetStatusReply status) {
        List<String> idle = new ArrayList<>();
        for (SupernodeStatus supernode : status.getSupernodesList()) {
            if (isIdle(supernode.getReplica())) {
                idle.add("supernode " + supernode.getAddress() + " " + describe(supernode.getReplica()));
            }
        }
        for (ClusterStatus cluster : status.getClustersList()) {
            for (NodeStatus node : cluster.getNodesList()) {
                if (isIdle(node.getReplica())) {
                    idle.add("node " + node.getName() + " " + describe(node.getReplica()));
                }
            }
        }
        return idle;
    }

    private static String describe(ReplicaStatus replica) {
        return "is " + state(replica) + " (" + replica.getDetail() + ")";
    }
}
