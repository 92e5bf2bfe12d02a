package io.dbfs.cluster.contents;

import io.dbfs.proto.ChangeReplicas;
import io.dbfs.proto.ConfirmDropped;
import io.dbfs.proto.RefreshChunks;

/** Commands on which node holds which chunk. */
final class ReplicaCommands {
    private ReplicaCommands() {}

    static void change(ContentsState state, ChangeReplicas command) {
        NodeCommands.require(state, command.getNodeId());
        state.chunks().setShortOfSpace(command.getShortOfSpaceList());
        command.getAddedList().forEach(chunk -> state.chunks().addReplica(chunk, command.getNodeId()));
        command.getRemovedList().forEach(chunk -> state.chunks().removeReplica(chunk, command.getNodeId()));
        command.getDamagedList().forEach(chunk -> state.chunks().damageReplica(chunk, command.getNodeId()));
    }

    /** Touching a chunk is enough: settling judges its copies. */
    static void refresh(ContentsState state, RefreshChunks command) {
        state.chunks().setShortOfSpace(command.getShortOfSpaceList());
        command.getChunkIdsList().forEach(chunk -> state.chunks().find(chunk));
    }

    static void confirmDropped(ContentsState state, ConfirmDropped command) {
        command.getChunkIdsList().forEach(chunk -> state.changes().delete(Keys.drop(command.getNodeId(), chunk)));
    }
}
