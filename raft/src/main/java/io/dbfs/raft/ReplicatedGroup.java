package io.dbfs.raft;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One replica's hold on a replicated state machine. Thread-safe. */
public interface ReplicatedGroup extends AutoCloseable {
    /**
     * Puts a command into the log. The future completes when a majority has it durably and it is applied here, with the
     * machine's outcome; for a (client, sequence) applied before, with that first outcome. It fails with
     * {@link NotLeaderException} when the command certainly was not and will not be applied, with
     * {@link UnknownOutcomeException} when it may have been: the same proposal is then sent again, here or elsewhere; with
     * {@link ForgottenOutcomeException} when the client had acknowledged it, or left it too far behind.
     * Continuations run on the apply thread and must be short.
     */
    CompletableFuture<byte[]> propose(Proposal proposal);

    /**
     * Completes when a view taken afterwards sees everything that was acknowledged before this call; fails with
     * {@link NotLeaderException} where this replica does not lead. Often complete already on return.
     */
    CompletableFuture<Void> readBarrier();

    /** The state as of the last applied command of this replica. */
    StateView view();

    /** Who leads, as this replica knows it. */
    Leadership leadership();

    /** Tells the listener of {@link #leadership} as it is and of every change of it, in order, on a thread of the group. */
    void addListener(LeadershipListener listener);

    /** The members, voters first. Known to the leader for certain, to others as of their last applied change. */
    List<Member> members();

    /**
     * Adds a member as a voter or as a learner, or makes one the other; completes when a new voter has caught up. Leader
     * only; one change at a time (fails with {@code FsException} EBUSY).
     */
    CompletableFuture<Void> addMember(Member member);

    /** Removes a member. Leader only. */
    CompletableFuture<Void> removeMember(String raftAddress);

    /** How this replica is. */
    default ReplicaHealth health() {
        return ReplicaHealth.RUNNING;
    }

    /** Hands leadership to another replica, where this one leads. */
    void stepDown();

    /** Takes a snapshot and trims the log now; completes when that is done. */
    CompletableFuture<Void> snapshot();

    @Override
    void close();

    /**
     * Who leads.
     *
     * @param leads this replica does, and has applied everything its predecessors acknowledged
     * @param leaderRaftAddress "host:port" of the leader's Raft endpoint; empty while unknown
     */
    record Leadership(boolean leads, String leaderRaftAddress, long term) {}

    /** Hears of changes of leadership. */
    @FunctionalInterface
    interface LeadershipListener {
        void onLeadership(Leadership now);
    }

    /**
     * A replica of the group.
     *
     * @param raftAddress "host:port" of its Raft endpoint, its identity
     * @param votes false for a learner
     */
    record Member(String raftAddress, boolean votes) {}
}
