package io.dbfs.cluster.contents;

import io.dbfs.proto.ContentsRecord;
import io.dbfs.proto.FormCluster;
import io.dbfs.proto.InternalOutcome;
import io.dbfs.proto.ReserveChunkIds;
import io.dbfs.proto.SetSpread;
import io.dbfs.proto.VoidChunks;

/** Commands on the cluster's own record. */
final class ClusterCommands {
    private ClusterCommands() {}

    static void form(ContentsState state, FormCluster command) {
        ContentsRecord.Builder cluster = state.cluster();
        if (cluster.getClusterUuid().isEmpty()) {
            cluster.setClusterUuid(command.getClusterUuid())
                    .setReplicas(command.getReplicas())
                    .setMinReplicas(command.getMinReplicas())
                    .setNextChunkId(1)
                    .setNextNodeId(1);
        }
    }

    static InternalOutcome reserve(ContentsState state, ReserveChunkIds command) {
        long first = state.cluster().getNextChunkId();
        state.cluster().setNextChunkId(first + Integer.toUnsignedLong(command.getCount()));
        return InternalOutcome.newBuilder().setFirstChunkId(first).build();
    }

    static void setSpread(ContentsState state, SetSpread command) {
        state.cluster().setSpreadHosts(Math.max(1, command.getHosts()));
    }

    static void voidBelow(ContentsState state, VoidChunks command) {
        if (Long.compareUnsigned(command.getBelow(), state.cluster().getVoidBelow()) > 0) {
            state.cluster().setVoidBelow(command.getBelow());
        }
    }
}
