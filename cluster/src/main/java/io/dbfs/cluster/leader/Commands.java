package io.dbfs.cluster.leader;

import io.dbfs.proto.AbandonChunks;
import io.dbfs.proto.ChangeReplicas;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ConfirmDropped;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.ForgetAbandoned;
import io.dbfs.proto.FormCluster;
import io.dbfs.proto.HeartbeatRequest;
import io.dbfs.proto.JoinNode;
import io.dbfs.proto.JoinRequest;
import io.dbfs.proto.NodeRecord;
import io.dbfs.proto.NodeState;
import io.dbfs.proto.RefreshChunks;
import io.dbfs.proto.ReleaseExtents;
import io.dbfs.proto.RemoveNode;
import io.dbfs.proto.RewriteExtents;
import io.dbfs.proto.SetNodeState;
import io.dbfs.proto.SetSpread;
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

    /** A node stopped in order and will be back. */
    static ContentsCommand stopped(NodeRecord node) {
        return ContentsCommand.newBuilder()
                .setSetNodeState(SetNodeState.newBuilder()
                        .setNodeId(node.getNodeId())
                        .setState(node.getState())
                        .setStopped(true))
                .build();
    }

    static ContentsCommand spread(int hosts) {
        return ContentsCommand.newBuilder()
                .setSetSpread(SetSpread.newBuilder().setHosts(hosts))
                .build();
    }

    static ContentsCommand remove(int node) {
        return ContentsCommand.newBuilder()
                .setRemoveNode(RemoveNode.newBuilder().setNodeId(node))
                .build();
    }

    static ContentsCommand refresh(List<Long> chunks, List<Integer> shortOfSpace) {
        return ContentsCommand.newBuilder()
                .setRefreshChunks(
                        RefreshChunks.newBuilder().addAllChunkIds(chunks).addAllShortOfSpace(shortOfSpace))
                .build();
    }

    /** How a node's chunks differ from the record. */
    static ContentsCommand replicas(int node, List<Long> added, List<Long> removed, List<Integer> shortOfSpace) {
        return ContentsCommand.newBuilder()
                .setChangeReplicas(ChangeReplicas.newBuilder()
                        .setNodeId(node)
                        .addAllAdded(added)
                        .addAllRemoved(removed)
                        .addAllShortOfSpace(shortOfSpace))
                .build();
    }

    /** What a node found of its copies. */
    static ContentsCommand replicas(HeartbeatRequest report, List<Integer> shortOfSpace) {
        return ContentsCommand.newBuilder()
                .setChangeReplicas(ChangeReplicas.newBuilder()
                        .setNodeId(report.getNodeId())
                        .addAllAdded(report.getCopiedList())
                        .addAllRemoved(report.getMissingList())
                        .addAllDamaged(report.getDamagedList())
                        .addAllShortOfSpace(shortOfSpace))
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

    static ContentsCommand abandon(List<ChunkInfo> chunks) {
        return ContentsCommand.newBuilder()
                .setAbandonChunks(AbandonChunks.newBuilder().addAllChunks(chunks))
                .build();
    }

    static ContentsCommand forgetAbandoned() {
        return ContentsCommand.newBuilder()
                .setForgetAbandoned(ForgetAbandoned.getDefaultInstance())
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
