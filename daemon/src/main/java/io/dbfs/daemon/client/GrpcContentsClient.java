package io.dbfs.daemon.client;

import io.dbfs.common.ChunkId;
import io.dbfs.common.NodeId;
import io.dbfs.proto.AbandonChunksReply;
import io.dbfs.proto.AbandonChunksRequest;
import io.dbfs.proto.AllocateReply;
import io.dbfs.proto.AllocateRequest;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ContentsGrpc;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.GetExtentsReply;
import io.dbfs.proto.GetExtentsRequest;
import io.dbfs.proto.MembersGrpc;
import io.dbfs.proto.OpenReply;
import io.dbfs.proto.OpenRequest;
import io.dbfs.proto.ReportBadReplicaReply;
import io.dbfs.proto.ReportBadReplicaRequest;
import io.dbfs.proto.RewriteExtents;
import io.dbfs.proto.RewriteReply;
import io.dbfs.proto.StatReply;
import io.dbfs.proto.StatRequest;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;

/** One cluster's contents over gRPC. */
final class GrpcContentsClient implements ContentsClient {
    private final GroupCalls cluster;
    private final OpStamps stamps;
    private final LongSupplier session;
    private final String host;
    private final LongSupplier watcher;
    private final LocksClient locks;

    /** @param watcher the session that watches the cluster, asked before every question; 0 while none does */
    GrpcContentsClient(GroupCalls cluster, OpStamps stamps, LongSupplier session, String host, LongSupplier watcher) {
        this.cluster = cluster;
        this.stamps = stamps;
        this.session = session;
        this.host = host;
        this.watcher = watcher;
        this.locks = new GrpcLocksClient(cluster, stamps);
    }

    @Override
    public ContentsOutcome execute(ContentsOperation operation) {
        return stamps.with(op -> cluster.call(
                ContentsGrpc.getExecuteMethod(), operation.toBuilder().setOp(op).build(), ContentsOutcome::getRefusal));
    }

    @Override
    public OpenReply open(OpenRequest request) {
        return cluster.call(
                ContentsGrpc.getOpenMethod(),
                request.toBuilder().setWatchedBy(watcher.getAsLong()).build(),
                OpenReply::getRefusal);
    }

    @Override
    public GetExtentsReply getExtents(GetExtentsRequest request) {
        return cluster.call(
                ContentsGrpc.getGetExtentsMethod(),
                request.toBuilder().setWatchedBy(watcher.getAsLong()).build(),
                GetExtentsReply::getRefusal);
    }

    @Override
    public StatReply stat(StatRequest request) {
        return cluster.call(
                ContentsGrpc.getStatMethod(),
                request.toBuilder().setWatchedBy(watcher.getAsLong()).build(),
                StatReply::getRefusal);
    }

    @Override
    public AllocateReply allocate(int count, int bytes, Collection<NodeId> avoid) {
        AllocateRequest.Builder request = AllocateRequest.newBuilder()
                .setClient(session.getAsLong())
                .setCount(count)
                .setBytes(bytes)
                .setNearHost(host);
        avoid.forEach(node -> request.addAvoidNodes(node.value()));
        return cluster.call(ContentsGrpc.getAllocateMethod(), request.build(), AllocateReply::getRefusal);
    }

    @Override
    public void rewrite(RewriteExtents rewrite) {
        cluster.call(MembersGrpc.getRewriteMethod(), rewrite, RewriteReply::getRefusal);
    }

    @Override
    public void abandonChunks(List<ChunkInfo> chunks) {
        cluster.call(
                ContentsGrpc.getAbandonChunksMethod(),
                AbandonChunksRequest.newBuilder().addAllChunks(chunks).build(),
                AbandonChunksReply::getRefusal);
    }

    @Override
    public void reportBadReplica(ChunkId chunk, NodeId node, boolean missing) {
        ReportBadReplicaRequest request = ReportBadReplicaRequest.newBuilder()
                .setChunkId(chunk.value())
                .setNodeId(node.value())
                .setMissing(missing)
                .build();
        cluster.call(ContentsGrpc.getReportBadReplicaMethod(), request, ReportBadReplicaReply::getRefusal);
    }

    @Override
    public LocksClient locks() {
        return locks;
    }
}
