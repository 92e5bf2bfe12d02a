package io.dbfs.common.watch;

import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ChangesGrpc;
import io.dbfs.proto.Refusal;
import io.dbfs.proto.WatchReply;
import io.dbfs.proto.WatchRequest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Streams of changes over gRPC. A ping is answered when this process has proven, after it came, that it leads: a leader that
 * was replaced without knowing vouches for nothing. No method blocks.
 */
public final class WatchService extends ChangesGrpc.ChangesImplBase implements AutoCloseable {
    private final Watchers watchers;
    private final Supplier<CompletableFuture<Void>> leadership;
    private final Function<Throwable, Refusal> refusals;
    private final LongSupplier nanoTime;
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param leadership completes when this process has proven that it leads, and fails when it does not
     * @param refusals what a failure of {@code leadership} is told as
     * @param nanoTime a clock that only goes forward
     */
    public WatchService(
            Watchers watchers,
            Supplier<CompletableFuture<Void>> leadership,
            Function<Throwable, Refusal> refusals,
            LongSupplier nanoTime) {
        this.watchers = watchers;
        this.leadership = leadership;
        this.refusals = refusals;
        this.nanoTime = nanoTime;
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchReply> replies) {
        Stream stream = new Stream((ServerCallStreamObserver<WatchReply>) replies);
        streams.add(stream);
        stream.replies.setOnReadyHandler(stream::ready);
        stream.replies.setOnCancelHandler(stream::end);
        if (closed) {
            stream.close();
        }
        return stream;
    }

    /** Ends every stream, and those that come: a server that stops waits for its calls to end. */
    @Override
    public void close() {
        closed = true;
        streams.forEach(Stream::close);
    }

    /** One mount's stream. gRPC calls it from one thread at a time. */
    private final class Stream implements StreamObserver<WatchRequest> {
        private final ServerCallStreamObserver<WatchReply> replies;
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile @Nullable Watcher watcher;

        Stream(ServerCallStreamObserver<WatchReply> replies) {
            this.replies = replies;
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // The stage handles every outcome.
        public void onNext(WatchRequest request) {
            Watcher current = watcher;
            if (current == null) {
                current = new Watcher(request.getSession(), replies::onNext, replies::isReady, nanoTime);
                watcher = current;
                // Before leadership is proven: what changes from now on is told, and the first reply voids what was
                // before.
                watchers.add(current);
            }
            if (over.get()) {
                current.end();
            }
            Watcher known = current;
            known.acknowledged(request.getAcknowledged());
            leadership.get().whenComplete((leads, failure) -> {
                if (failure == null) {
                    known.answer(request.getPing());
                } else {
                    refuse(refusals.apply(failure));
                }
            });
        }

        /** Ends the stream from this side. */
        private void refuse(Refusal refusal) {
            if (end()) {
                replies.onNext(WatchReply.newBuilder().setRefusal(refusal).build());
                replies.onCompleted();
            }
        }

        void close() {
            refuse(Refusals.notLeader(""));
        }

        private void ready() {
            Watcher known = watcher;
            if (known != null) {
                known.flush();
            }
        }

        /** Whether it had not ended before. Nothing is told on it afterwards. */
        private boolean end() {
            streams.remove(this);
            Watcher known = watcher;
            if (known != null) {
                known.end();
            }
            return over.compareAndSet(false, true);
        }

        @Override
        public void onError(Throwable failure) {
            end();
        }

        @Override
        public void onCompleted() {
            if (end()) {
                replies.onCompleted();
            }
        }
    }
}
