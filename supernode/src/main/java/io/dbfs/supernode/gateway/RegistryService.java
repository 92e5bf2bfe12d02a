package io.dbfs.supernode.gateway;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.GetRoutesReply;
import io.dbfs.proto.GetRoutesRequest;
import io.dbfs.proto.GetStatusReply;
import io.dbfs.proto.GetStatusRequest;
import io.dbfs.proto.MountStatus;
import io.dbfs.proto.NamespaceRecord;
import io.dbfs.proto.NodeReport;
import io.dbfs.proto.NodeReportReply;
import io.dbfs.proto.RegisteredCluster;
import io.dbfs.proto.RegistryGrpc;
import io.dbfs.proto.SessionRecord;
import io.dbfs.proto.SupernodeStatus;
import io.dbfs.supernode.names.ClusterNames;
import io.dbfs.supernode.names.NamesReader;
import io.dbfs.supernode.registry.ClusterRegistry;
import io.dbfs.supernode.replica.Namespace;
import io.dbfs.supernode.session.SessionLeases;
import io.grpc.stub.StreamObserver;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The registry of clusters over gRPC. No method blocks. */
public final class RegistryService extends RegistryGrpc.RegistryImplBase {
    private final Namespace namespace;
    private final ClusterRegistry registry;
    private final SessionLeases leases;
    private final Supplier<List<SupernodeStatus>> supernodes;

    /**
     * @param supernodes every member of the supernode's group, and which of them leads
     */
    public RegistryService(
            Namespace namespace,
            ClusterRegistry registry,
            SessionLeases leases,
            Supplier<List<SupernodeStatus>> supernodes) {
        this.namespace = namespace;
        this.registry = registry;
        this.leases = leases;
        this.supernodes = supernodes;
    }

    @Override
    public void getRoutes(GetRoutesRequest request, StreamObserver<GetRoutesReply> client) {
        Replies.send(
                namespace.read(names -> routes(names, request)),
                client,
                failure -> GetRoutesReply.newBuilder()
                        .setRefusal(namespace.refusal("get routes", failure))
                        .build());
    }

    private GetRoutesReply routes(NamesReader names, GetRoutesRequest request) {
        Set<Integer> wanted = new HashSet<>(request.getClusterIdsList());
        String wantedName = request.getClusterName();
        GetRoutesReply.Builder reply = GetRoutesReply.newBuilder();
        for (RegisteredCluster cluster : names.clusters()) {
            boolean idFits = wanted.isEmpty() || wanted.contains(cluster.getId());
            boolean nameFits = wantedName.isEmpty() || wantedName.equals(cluster.getName());
            if (idFits && nameFits) {
                reply.addRoutes(registry.route(cluster.getId(), cluster.getName()));
            }
        }
        return reply.build();
    }

    @Override
    public void reportNode(NodeReport request, StreamObserver<NodeReportReply> client) {
        Replies.send(
                heard(request),
                client,
                failure -> NodeReportReply.newBuilder()
                        .setRefusal(namespace.refusal("report of node " + request.getNodeId(), failure))
                        .build());
    }

    private CompletableFuture<NodeReportReply> heard(NodeReport report) {
        if (!namespace.leads()) {
            return CompletableFuture.failedFuture(namespace.notLeader());
        }
        Optional<FsException> fault = fault(report);
        if (fault.isPresent()) {
            return CompletableFuture.failedFuture(fault.get());
        }
        return clusterId(report).thenApply(reply -> {
            if (!Refusals.refused(reply.getRefusal())) {
                registry.heard(reply.getClusterId(), report);
            }
            return reply;
        });
    }

    private static Optional<FsException> fault(NodeReport report) {
        if (!ClusterNames.valid(report.getCluster())) {
            return Optional.of(ClusterNames.invalid(report.getCluster()));
        }
        if (report.getNodeId() <= 0 || report.getAddress().isEmpty()) {
            return Optional.of(new FsException(
                    Errno.EINVAL,
                    "node: " + report.getNodeId() + " at '" + report.getAddress()
                            + "' (expected: an id and an address)"));
        }
        return Optional.empty();
    }

    /** Known clusters are answered from memory of the state; only a new name costs a commit. */
    private CompletableFuture<NodeReportReply> clusterId(NodeReport report) {
        Optional<RegisteredCluster> known = namespace.readHere(names -> names.cluster(report.getCluster()));
        if (known.isPresent()) {
            return known.get().getUuid().equals(report.getClusterUuid())
                    ? CompletableFuture.completedFuture(NodeReportReply.newBuilder()
                            .setClusterId(known.get().getId())
                            .build())
                    : CompletableFuture.failedFuture(ClusterNames.taken(known.get(), report.getClusterUuid()));
        }
        return namespace.registerCluster(RegisteredCluster.newBuilder()
                .setName(report.getCluster())
                .setUuid(report.getClusterUuid())
                .build());
    }

    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<GetStatusReply> client) {
        Replies.send(
                namespace.read(this::status),
                client,
                failure -> GetStatusReply.newBuilder()
                        .setRefusal(namespace.refusal("get status", failure))
                        .addAllSupernodes(supernodes.get())
                        .build());
    }

    private GetStatusReply status(NamesReader names) {
        NamespaceRecord counts = names.namespace();
        GetStatusReply.Builder reply = GetStatusReply.newBuilder()
                .addAllSupernodes(supernodes.get())
                .setInodes(counts.getInodes())
                .setOrphans(counts.getOrphans())
                .setReleasesPending(counts.getReleasesPending());
        for (RegisteredCluster cluster : names.clusters()) {
            reply.addClusters(registry.status(cluster.getId(), cluster.getName()));
        }
        names.sessions().forEach((id, session) -> reply.addMounts(mount(id, session)));
        return reply.build();
    }

    private MountStatus mount(long id, SessionRecord session) {
        return MountStatus.newBuilder()
                .setSession(id)
                .setHost(session.getHost())
                .setMountPoint(session.getMountPoint())
                .setVersion(session.getVersion())
                .setSilentMillis(leases.silentMillis(id))
                .build();
    }
}
