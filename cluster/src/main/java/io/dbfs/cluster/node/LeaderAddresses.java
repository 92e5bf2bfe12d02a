package io.dbfs.cluster.node;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.cluster.leader.ContentsGroup;
import io.dbfs.cluster.leader.LeaderLocator;
import io.dbfs.common.config.ServerAddress;
import io.dbfs.proto.NodeRecord;
import io.dbfs.raft.ReplicatedGroup.Leadership;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Knows the leader from this process's own replica: Raft tells its Raft address, the node table or, before there is one,
 * the list of founders tells its API.
 */
final class LeaderAddresses implements LeaderLocator {
    private final ContentsGroup group;
    private final Supplier<String> ownAddress;
    private final List<ServerAddress> founders;

    LeaderAddresses(ContentsGroup group, Supplier<String> ownAddress, List<ServerAddress> founders) {
        this.group = group;
        this.ownAddress = ownAddress;
        this.founders = founders;
    }

    @Override
    public Optional<String> leaderAddress() {
        Leadership leadership = group.group().leadership();
        if (leadership.leads()) {
            return Optional.of(ownAddress.get());
        }
        String raft = leadership.leaderRaftAddress();
        if (raft.isEmpty()) {
            return Optional.empty();
        }
        return group.readNow(ContentsView::nodes).stream()
                .filter(node -> node.getRaftAddress().equals(raft))
                .map(NodeRecord::getAddress)
                .findFirst()
                .or(() -> founders.stream()
                        .filter(founder -> founder.raft().equals(raft))
                        .map(ServerAddress::api)
                        .findFirst());
    }
}
