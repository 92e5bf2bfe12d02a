package io.dbfs.cluster.node;

import io.dbfs.cluster.leader.LeaderLocator;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.NotLeaderRefusal;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.GetRoutesReply;
import io.dbfs.proto.GetRoutesRequest;
import io.dbfs.proto.NodeReport;
import io.dbfs.proto.NodeReportReply;
import io.dbfs.proto.Refusal;
import io.dbfs.proto.RegistryGrpc;
import io.dbfs.proto.RegistryGrpc.RegistryBlockingStub;
import io.dbfs.proto.Route;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The supernode as a node uses it. Blocks. Thread-safe. */
final class Supernodes {
    private static final long TIMEOUT_MILLIS = 2000;
    private static final int HOPS_MAX = 3;

    private final Channels channels;
    private final List<String> addresses;
    private volatile String leader = "";

    /** {@code addresses} may be empty: then every call fails. */
    Supernodes(Channels channels, List<String> addresses) {
        this.channels = channels;
        this.addresses = addresses;
    }

    /** Reports this node. Fails with an FsException when no supernode took it. */
    void report(NodeReport report) {
        call(stub -> stub.reportNode(report), NodeReportReply::getRefusal);
    }

    /** Finds a cluster's leader; empty while the cluster is unknown or has none, or no supernode answers. */
    LeaderLocator locatorOf(String cluster) {
        GetRoutesRequest request =
                GetRoutesRequest.newBuilder().setClusterName(cluster).build();
        return () -> {
            try {
                return call(stub -> stub.getRoutes(request), GetRoutesReply::getRefusal).getRoutesList().stream()
                        .filter(route -> route.getClusterName().equals(cluster))
                        .map(Route::getLeader)
                        .filter(address -> !address.isEmpty())
                        .findFirst();
            } catch (FsException unknown) {
                return Optional.empty();
            }
        };
    }

    private <T> T call(Function<RegistryBlockingStub, T> method, Function<T, Refusal> refusal) {
        FsException failure = new FsException(Errno.ENOTCONN, "no supernode is configured");
        List<String> order = new ArrayList<>();
        if (!leader.isEmpty()) {
            order.add(leader);
        }
        order.addAll(addresses);
        for (String address : order) {
            try {
                return follow(address, method, refusal);
            } catch (FsException e) {
                failure = e;
            }
        }
        leader = "";
        throw failure;
    }

    private <T> T follow(String first, Function<RegistryBlockingStub, T> method, Function<T, Refusal> refusal) {
        String address = first;
        for (int hop = 0; hop < HOPS_MAX; hop++) {
            try {
                T reply = method.apply(RegistryGrpc.newBlockingStub(channels.control(address))
                        .withDeadlineAfter(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS));
                Refusals.check(refusal.apply(reply));
                leader = address;
                return reply;
            } catch (NotLeaderRefusal elsewhere) {
                if (elsewhere.leader().isEmpty()) {
                    break;
                }
                address = elsewhere.leader();
            } catch (StatusRuntimeException unreachable) {
                throw new FsException(
                        Errno.ENOTCONN, "supernode " + address + ": " + unreachable.getStatus(), unreachable);
            }
        }
        throw new FsException(Errno.ENOTCONN, "supernode " + first + " knows no leader");
    }
}
