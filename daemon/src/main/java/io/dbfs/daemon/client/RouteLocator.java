package io.dbfs.daemon.client;

import io.dbfs.common.ClusterId;
import io.dbfs.proto.GetRoutesReply;
import io.dbfs.proto.GetRoutesRequest;
import io.dbfs.proto.NodeAddress;
import io.dbfs.proto.RegistryGrpc;
import io.dbfs.proto.Route;
import java.util.List;

/**
 * The leader of a cluster, as the supernode knows it. The supernode learns of a new leader a moment after the cluster
 * did, so when the leader it names fails, the other nodes are asked in turn: they know better, or soon will.
 */
final class RouteLocator implements LeaderLocator {
    private final ClusterId cluster;
    private final GroupCalls supernode;
    private volatile String current = "";
    private volatile String suspect = "";
    private volatile int turn;

    RouteLocator(ClusterId cluster, GroupCalls supernode) {
        this.cluster = cluster;
        this.supernode = supernode;
    }

    @Override
    public String locate(long deadlineNanos) {
        String known = current;
        if (known.isEmpty()) {
            known = choose(resolve(deadlineNanos));
            current = known;
        }
        return known;
    }

    private Route resolve(long deadlineNanos) {
        GetRoutesRequest request =
                GetRoutesRequest.newBuilder().addClusterIds(cluster.value()).build();
        GetRoutesReply reply =
                supernode.call(RegistryGrpc.getGetRoutesMethod(), request, GetRoutesReply::getRefusal, deadlineNanos);
        return reply.getRoutesCount() == 0 ? Route.getDefaultInstance() : reply.getRoutes(0);
    }

    private String choose(Route route) {
        if (!route.getLeader().isEmpty() && !route.getLeader().equals(suspect)) {
            return route.getLeader();
        }
        List<String> others = route.getNodesList().stream()
                .map(NodeAddress::getAddress)
                .filter(address -> !address.equals(suspect))
                .toList();
        // The suspect may have been slow, not dead: it is believed again at the next turn.
        suspect = "";
        return others.isEmpty() ? route.getLeader() : others.get(Math.floorMod(turn, others.size()));
    }

    @Override
    public synchronized void follow(String asked, String hint) {
        if (!current.equals(asked)) {
            return;
        }
        if (hint.isEmpty() || hint.equals(asked)) {
            failed(asked);
        } else {
            current = hint;
        }
    }

    @Override
    public synchronized void failed(String asked) {
        if (current.equals(asked)) {
            suspect = asked;
            current = "";
            turn = turn + 1;
        }
    }
}
