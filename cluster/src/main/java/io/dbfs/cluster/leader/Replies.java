package io.dbfs.cluster.leader;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.Refusal;
import io.dbfs.raft.ForgottenOutcomeException;
import io.dbfs.raft.NotLeaderException;
import io.dbfs.raft.UnknownOutcomeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what came of a request into its one reply. */
final class Replies {
    private static final Logger log = LoggerFactory.getLogger(Replies.class);

    private final LeaderLocator locator;

    Replies(LeaderLocator locator) {
        this.locator = locator;
    }

    /** Sends the future's value, or what {@code refused} makes of its failure. */
    @SuppressWarnings("FutureReturnValueIgnored") // The stage handles every outcome.
    <T> void send(
            String operation, CompletableFuture<T> reply, Function<Refusal, T> refused, StreamObserver<T> observer) {
        reply.whenComplete((value, failure) -> {
            observer.onNext(failure == null ? value : refused.apply(refusal(operation, failure)));
            observer.onCompleted();
        });
    }

    /** A refusal that sends the client to the leader. */
    Refusal notLeader() {
        return Refusals.notLeader(locator.leaderAddress().orElse(""));
    }

    /** How a client is told of a failure. */
    Refusal refusal(String operation, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof NotLeaderException || cause instanceof UnknownOutcomeException) {
            // Of unknown outcome: sent again under the same identity, it acts once.
            return notLeader();
        }
        if (cause instanceof FsException expected) {
            return Refusals.of(expected);
        }
        if (cause instanceof ForgottenOutcomeException) {
            return Refusals.of(Errno.EIO, String.valueOf(cause.getMessage()));
        }
        log.error("{} failed", operation, cause);
        return Refusals.of(Errno.EIO, operation + ": " + cause);
    }
}
