package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ChunkControlGrpc;
import io.dbfs.proto.Refusal;
import io.dbfs.proto.SyncChunksReply;
import io.dbfs.proto.SyncChunksRequest;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is asked of a node's chunks besides their bytes. Thread-safe. */
public final class ChunkControlService extends ChunkControlGrpc.ChunkControlImplBase {
    private final Supplier<NodeId> self;
    private final ChunkStore store;

    /** {@code self}: who this is; a node learns its identity after it has begun to serve. */
    public ChunkControlService(Supplier<NodeId> self, ChunkStore store) {
        this.self = self;
        this.store = store;
    }

    @Override
    public void syncChunks(SyncChunksRequest request, StreamObserver<SyncChunksReply> responses) {
        if (request.getNodeId() != self.get().value()) {
            reply(responses, Refusals.of(Errno.ESTALE, "for node " + request.getNodeId() + ", this is " + self.get()));
            return;
        }
        CompletableFuture<Void> unused = store.sync(
                        request.getChunkIdsList().stream().map(ChunkId::new).toList())
                .whenComplete((ignored, failure) -> reply(responses, refusal(failure)));
    }

    private static Refusal refusal(@Nullable Throwable failure) {
        if (failure == null) {
            return Refusal.getDefaultInstance();
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof FsException refused
                ? Refusals.of(refused)
                : Refusals.of(Errno.EIO, String.valueOf(cause));
    }

    private static void reply(StreamObserver<SyncChunksReply> responses, Refusal refusal) {
        responses.onNext(SyncChunksReply.newBuilder().setRefusal(refusal).build());
        responses.onCompleted();
    }
}
