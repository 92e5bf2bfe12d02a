package io.dbfs.cluster.node;

import io.dbfs.cluster.leader.ContentsGroup;
import io.dbfs.cluster.leader.VoterPolicy;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the leader make the changes of membership that its {@link VoterPolicy} names, one at a time. Used by one thread. */
final class RaftMembership {
    private static final Logger LOG = LoggerFactory.getLogger(RaftMembership.class);

    private final ContentsGroup group;
    private final Supplier<Optional<VoterPolicy.Change>> next;
    private CompletableFuture<Void> change = CompletableFuture.completedFuture(null);

    /** @param next the change that is due now, if any */
    RaftMembership(ContentsGroup group, Supplier<Optional<VoterPolicy.Change>> next) {
        this.group = group;
        this.next = next;
    }

    /** Begins the next change, where one is due and none is under way. */
    void tick() {
        if (group.leads() && change.isDone()) {
            next.get().ifPresent(this::begin);
        }
    }

    private void begin(VoterPolicy.Change due) {
        LOG.info("membership of the group: {}", due);
        change = made(due).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.warn("membership of the group: {} failed: {}", due, failure.toString());
            }
        });
    }

    private CompletableFuture<Void> made(VoterPolicy.Change due) {
        if (due instanceof VoterPolicy.Change.Put put) {
            return group.group().addMember(put.member());
        }
        VoterPolicy.Change.Remove remove = (VoterPolicy.Change.Remove) due;
        return group.group().removeMember(remove.raftAddress());
    }
}
