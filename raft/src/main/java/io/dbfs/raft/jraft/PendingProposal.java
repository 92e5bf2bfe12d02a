package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.error.RaftError;
import io.dbfs.raft.ForgottenOutcomeException;
import io.dbfs.raft.Proposal;
import io.dbfs.raft.UnknownOutcomeException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A proposal on its way through the log of the replica that leads. */
final class PendingProposal implements Closure {
    private final CompletableFuture<byte[]> future = new CompletableFuture<>();
    private final Proposal proposal;
    private final LeadershipPublisher leadership;
    private final Runnable ended;

    /** @param ended runs once, before the future completes */
    PendingProposal(Proposal proposal, LeadershipPublisher leadership, Runnable ended) {
        this.proposal = proposal;
        this.leadership = leadership;
        this.ended = ended;
    }

    CompletableFuture<byte[]> future() {
        return future;
    }

    void applied(Optional<byte[]> outcome) {
        ended.run();
        if (outcome.isPresent()) {
            future.complete(outcome.get());
        } else {
            future.completeExceptionally(new ForgottenOutcomeException(proposal.client(), proposal.sequence()));
        }
    }

    /** JRaft calls this for what it will not apply. */
    @Override
    public void run(Status status) {
        if (future.isDone()) {
            // Answered; the replica halts for what came after.
            return;
        }
        ended.run();
        // Busy means that it did not enter the log; any other failure may have come after it did.
        if (status.getRaftError() == RaftError.EBUSY) {
            future.completeExceptionally(leadership.refusal());
        } else {
            future.completeExceptionally(new UnknownOutcomeException(status.getErrorMsg()));
        }
    }
}
