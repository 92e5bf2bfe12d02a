package io.dbfs.cluster.leader;

import io.dbfs.proto.ChangeReplicas;
import io.dbfs.proto.ConfirmDropped;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.FormCluster;
import io.dbfs.proto.HeartbeatRequest;
import io.dbfs.proto.JoinNode;
import io.dbfs.proto.JoinRequest;
import io.dbfs.proto.NodeState;
import io.dbfs.proto.RefreshChunks;
import io.dbfs.proto.ReleaseExtents;
import io.dbfs.proto.RemoveNode;
import io.dbfs.proto.RewriteExtents;
import io.dbfs.proto.SetNodeState;
import io.dbfs.proto.VoidChunks;
import java.util.List;

/** The commands a leader proposes of its own accord. */
final class Commands {
    private Commands() {}

    static ContentsCommand form(String uuid, LeaderSettings settings) {
        return ContentsCommand.newBuilder()
                .setFormCluster(FormCluster.newBuilder()
                        .setClusterUuid(uuid)
                        .setReplicas(settings.replicas())
                        .setMinReplicas(settings.minReplicas()))
                .build();
    }

    static ContentsCommand join(JoinRequest request) {
        return ContentsCommand.newBuilder()
                .setJoinNode(JoinNode.newBuilder().setRequest(request))
                .build();
    }

    static ContentsCommand setState(int node, NodeState state) {
        return ContentsCommand.newBuilder()
                .setSetNodeState(SetNodeState.newBuilder().setNodeId(node).setState(state))
                .build();
    }

    static ContentsCommand remove(int node) {
        return ContentsCommand.newBuilder()
                .setRemoveNode(RemoveNode.newBuilder().setNodeId(node))
                .build();
    }

    static ContentsCommand refresh(List<Long> chunks) {
        return ContentsCommand.newBuilder()
                .setRefreshChunks(RefreshChunks.newBuilder().addAllChunkIds(chunks))
                .build();
    }

    static ContentsCommand replicas(int node, List<Long> added, List<Long> removed) {
        return ContentsCommand.newBuilder()
                .setChangeReplicas(ChangeReplicas.newBuilder()
                        .setNodeId(node)
                        .addAllAdded(added)
                        .addAllRemoved(removed))
                .build();
    }

    /** What a node found of its copies. */
    static ContentsCommand replicas(HeartbeatRequest report) {
        return ContentsCommand.newBuilder()
                .setChangeReplicas(ChangeReplicas.newBuilder()
                        .setNodeId(report.getNodeId())
                        .addAllAdded(report.getCopiedList())
                        .addAllRemoved(report.getMissingList())
                        .addAllDamaged(report.getDamagedList()))
                .build();
    }

    static ContentsCommand dropped(int node, List<Long> chunks) {
        return ContentsCommand.newBuilder()
                .setConfirmDropped(ConfirmDropped.newBuilder().setNodeId(node).addAllChunkIds(chunks))
                .build();
    }

    static ContentsCommand voidBelow(long chunk) {
        return ContentsCommand.newBuilder()
                .setVoidChunks(VoidChunks.newBuilder().setBelow(chunk))
                .build();
    }

    static ContentsCommand release(long inode) {
        return ContentsCommand.newBuilder()
                .setReleaseExtents(ReleaseExtents.newBuilder().setInode(inode))
                .build();
    }

    static ContentsCommand rewrite(RewriteExtents rewrite) {
        return ContentsCommand.newBuilder().setRewriteExtents(rewrite).build();
    }
}
