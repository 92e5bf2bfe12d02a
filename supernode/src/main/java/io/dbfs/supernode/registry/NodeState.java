package io.dbfs.supernode.registry;

import io.dbfs.proto.Health;
import io.dbfs.proto.NodeAddress;
import io.dbfs.proto.NodeReport;
import io.dbfs.proto.NodeStatus;
import java.util.concurrent.TimeUnit;

/** A node as its last report shows it. */
record NodeState(NodeReport report, long silentNanos) {
    Health health() {
        return NodeHealth.ofSilence(silentNanos);
    }

    boolean healthy() {
        return health() == Health.HEALTHY;
    }

    /** Whether what it has stored and free still counts. */
    boolean counts() {
        return health() != Health.DEAD;
    }

    /** Share of its time that the busier of processors and disk is busy, 0 to 1. */
    double load() {
        double busiest = Math.max(report.getLoad().getCpu(), report.getLoad().getDiskBusy());
        return Math.min(1, Math.max(0, busiest));
    }

    NodeAddress address() {
        return NodeAddress.newBuilder()
                .setNodeId(report.getNodeId())
                .setAddress(report.getAddress())
                .build();
    }

    NodeStatus status() {
        return NodeStatus.newBuilder()
                .setNodeId(report.getNodeId())
                .setName(report.getNodeName())
                .setAddress(report.getAddress())
                .setHealth(health())
                .setLeads(report.getLeads() && healthy())
                .setLoad(report.getLoad())
                .setUsableFreeBytes(report.getUsableFreeBytes())
                .setChunkBytes(report.getChunkBytes())
                .setVersion(report.getVersion())
                .setStopped(report.getStopping())
                .setReplica(report.getReplica())
                .setSilentMillis(TimeUnit.NANOSECONDS.toMillis(silentNanos))
                .build();
    }
}
