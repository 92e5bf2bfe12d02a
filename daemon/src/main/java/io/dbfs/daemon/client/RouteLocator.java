package io.dbfs.daemon.client;

import io.dbfs.common.ClusterId;
import io.dbfs.proto.GetRoutesReply;
import io.dbfs.proto.GetRoutesRequest;
import io.dbfs.proto.NodeAddress;
import io.dbfs.proto.RegistryGrpc;
import io.dbfs.proto.Route;
import java.util.List;
import java.util.function.LongSupplier;
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

    RouteLocator(ClusterId cluster, GroupCalls supernode, LongSupplier nanoTime) {
        super("", nanoTime);
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
        String leader = route.getLeader();
        if (!leader.isEmpty() && !leader.equals(suspect) && !isSilent(leader)) {
            return leader;
        }
        String next = next(route.getNodesList());
        LOG.debug("cluster {} is asked at {}, its leader was {}", cluster, next, leader);
        // The suspect may have been slow, not dead: it is believed again at the next turn.
        suspect = "";
        return next;
    }

    /** The node whose turn it is, unless it is the suspect or silent; a silent one only where all are. */
    private String next(List<NodeAddress> nodes) {
        String silent = suspect;
        for (int i = 0; i < nodes.size(); i++) {
            String address = nodes.get(Math.floorMod(turn + i, nodes.size())).getAddress();
            if (!address.equals(suspect)) {
                if (!isSilent(address)) {
                    return address;
                }
                silent = address;
            }
        }
        return silent;
    }

    @Override
    synchronized String after(String asked) {
        suspect = asked;
        turn = turn + 1;
        return "";
    }
}
