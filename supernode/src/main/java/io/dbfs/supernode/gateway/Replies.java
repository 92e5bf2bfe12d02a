package io.dbfs.supernode.gateway;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Sends what a future gives. */
final class Replies {
    private Replies() {}

    /** Sends the reply, or what {@code refuse} makes of the failure. */
    static <R> void send(CompletableFuture<R> reply, StreamObserver<R> client, Function<Throwable, R> refuse) {
        CompletableFuture<Void> unused = reply.exceptionally(refuse).thenAccept(message -> {
            client.onNext(message);
            client.onCompleted();
        });
    }

    static <R> void send(R reply, StreamObserver<R> client) {
        client.onNext(reply);
        client.onCompleted();
    }
}
