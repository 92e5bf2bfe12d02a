package io.dbfs.cluster.node;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.cluster.leader.ContentsGroup;
import io.dbfs.proto.NodeRecord;
import io.dbfs.proto.NodeState;
import io.dbfs.raft.ReplicatedGroup.Member;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the leader take every node of the table into the Raft group: the first five vote, the others learn. One change at a
 * time. Used by one thread.
 */
final class RaftMembership {
    private static final Logger log = LoggerFactory.getLogger(RaftMembership.class);
    private static final int VOTERS_MAX = 5;

    private final ContentsGroup group;
    private CompletableFuture<Void> change = CompletableFuture.completedFuture(null);

    RaftMembership(ContentsGroup group) {
        this.group = group;
    }

    /** Begins the next change, where one is due and none is under way. */
    void tick() {
        if (!group.leads() || !change.isDone()) {
            return;
        }
        List<Member> members = group.group().members();
        missing(members).ifPresent(address -> {
            boolean votes = members.stream().filter(Member::votes).count() < VOTERS_MAX;
            log.info("adds {} to the group as a {}", address, votes ? "voter" : "learner");
            change = group.group().addMember(new Member(address, votes)).whenComplete((done, failure) -> {
                if (failure != null) {
                    log.warn("{} was not added to the group: {}", address, failure.toString());
                }
            });
        });
    }

    private Optional<String> missing(List<Member> members) {
        return group.readNow(ContentsView::nodes).stream()
                .filter(node -> node.getState() == NodeState.ACTIVE)
                .map(NodeRecord::getRaftAddress)
                .filter(address -> members.stream()
                        .noneMatch(member -> member.raftAddress().equals(address)))
                .findFirst();
    }
}
