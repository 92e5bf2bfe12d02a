package io.dbfs.supernode.release;

import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.NotLeaderRefusal;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ContentsGrpc;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.DropOperation;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Sends the drop to the leader by gRPC, and once more to another when that one says who leads now. */
public final class GrpcContentsDropper implements ContentsDropper {
    private static final long DEADLINE_SECONDS = 5;

    private final Channels channels;

    /** The channels stay the caller's. */
    public GrpcContentsDropper(Channels channels) {
        this.channels = channels;
    }

    @Override
    public CompletableFuture<Void> drop(String leader, List<Long> inodes) {
        ContentsOperation operation = ContentsOperation.newBuilder()
                .setDrop(DropOperation.newBuilder().addAllInodes(inodes))
                .build();
        return send(leader, operation).exceptionallyCompose(failure -> {
            String hint = hint(failure);
            return hint.isEmpty() || hint.equals(leader)
                    ? CompletableFuture.failedFuture(failure)
                    : send(hint, operation);
        });
    }

    private static String hint(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof NotLeaderRefusal refusal ? refusal.leader() : "";
    }

    private CompletableFuture<Void> send(String leader, ContentsOperation operation) {
        CompletableFuture<ContentsOutcome> outcome = new CompletableFuture<>();
        ContentsGrpc.newStub(channels.control(leader))
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .execute(operation, new Completion(outcome));
        return outcome.thenAccept(reply -> Refusals.check(reply.getRefusal()));
    }

    /** Completes a future with the one reply of a call. */
    private record Completion(CompletableFuture<ContentsOutcome> outcome) implements StreamObserver<ContentsOutcome> {
        @Override
        public void onNext(ContentsOutcome reply) {
            outcome.complete(reply);
        }

        @Override
        public void onError(Throwable failure) {
            outcome.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            outcome.completeExceptionally(new IllegalStateException("call ended without a reply"));
        }
    }
}
