package io.dbfs.daemon.client;

import io.dbfs.common.ClusterId;
import io.dbfs.proto.GetRoutesReply;
import io.dbfs.proto.GetRoutesRequest;
import io.dbfs.proto.NodeAddress;
import io.dbfs.proto.RegistryGrpc;
import io.dbfs.proto.Route;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader of a cluster, as the supernode knows it. The supernode learns of a new leader a moment after the cluster
 * did, so when the leader it names fails, the other nodes are asked in turn: they know better, or soon will.
 */
final class RouteLocator extends FollowedLeader {
    private static final Logger LOG = LoggerFactory.getLogger(RouteLocator.class);

    private final ClusterId cluster;
    private final GroupCalls supernode;
    private volatile String suspect = "";
    private volatile int turn;

    RouteLocator(ClusterId cluster, GroupCalls supernode) {
        super("");
        this.cluster = cluster;
        this.supernode = supernode;
    }

    @Override
    public String locate(long deadlineNanos) {
        String known = current();
        if (known.isEmpty()) {
            known = choose(resolve(deadlineNanos));
            adopt("", known);
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
        String next = next(route.getNodesList());
        LOG.debug("cluster {} is asked at {}, its leader was {}", cluster, next, route.getLeader());
        // The suspect may have been slow, not dead: it is believed again at the next turn.
        suspect = "";
        return next;
    }

    /** The node whose turn it is, unless it is the suspect. */
    private String next(List<NodeAddress> nodes) {
        for (int i = 0; i < nodes.size(); i++) {
            String address = nodes.get(Math.floorMod(turn + i, nodes.size())).getAddress();
            if (!address.equals(suspect)) {
                return address;
            }
        }
        return suspect;
    }

    @Override
    synchronized String after(String asked) {
        suspect = asked;
        turn = turn + 1;
        return "";
    }
}
