package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.NodeId;
import io.dbfs.common.bulk.BulkFrame;
import io.dbfs.common.bulk.ChunkWriteCall;
import io.dbfs.common.rpc.Channels;
import io.dbfs.proto.ChunkWriteReply;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * One Chunks/Write call: brings its events to the {@link ChunkReceiver}, one after another, and asks the client for more
 * only as fast as the disk and the next node take it.
 */
final class ChunkUploadCall implements StreamObserver<BulkFrame>, ChunkReceiver.Upstream, ChunkWriteCall.Listener {
    /** Frames on their way to a call: what bounds its memory. */
    private static final int FRAMES_AHEAD = 4;

    /** With more calls than this each has one frame ahead. */
    private static final int CALLS_FEW = 32;

    private final ServerCallStreamObserver<ChunkWriteReply> client;
    private final ChunkStore store;
    private final Channels channels;
    private final LongSupplier nanoClock;
    private final Runnable over;
    private final SerialExecutor serial;
    private final ChunkReceiver receiver;
    private int framesPerRequest = 1;
    private int consumed;
    private long movedAtNanos;
    private boolean reported;

    ChunkUploadCall(
            ServerCallStreamObserver<ChunkWriteReply> client,
            NodeId self,
            ChunkStore store,
            Channels channels,
            Executor disk,
            LongSupplier nanoClock,
            Runnable over) {
        this.client = client;
        this.store = store;
        this.channels = channels;
        this.nanoClock = nanoClock;
        this.over = over;
        this.serial = new SerialExecutor(disk);
        this.receiver = new ChunkReceiver(self, store, this);
        this.movedAtNanos = nanoClock.getAsLong();
    }

    /** Begins to receive, as one of so many calls. Called before gRPC's start-up of the call ends, as its manual flow control asks. */
    void start(int calls) {
        int framesAhead = calls > CALLS_FEW ? 1 : FRAMES_AHEAD;
        // Each request wakes the network thread: so not for every frame.
        framesPerRequest = Math.max(1, framesAhead / 2);
        client.disableAutoRequest();
        client.setOnCancelHandler(() -> enqueue(receiver::cancelled));
        client.request(framesAhead);
    }

    @Override
    public void onNext(BulkFrame frame) {
        try {
            enqueue(() -> {
                receiver.accept(frame);
                consumed++;
                moved();
            });
        } catch (RuntimeException e) {
            frame.close();
            throw e;
        }
    }

    @Override
    public void onError(Throwable failure) {
        enqueue(receiver::cancelled);
    }

    @Override
    public void onCompleted() {
        enqueue(receiver::finished);
    }

    @Override
    public ChunkWriteCall forward(NodeId node, String address) {
        return ChunkWriteCall.start(channels.data(address), node, this);
    }

    @Override
    public void sync(ChunkId id) {
        CompletableFuture<Void> unused =
                store.sync(List.of(id)).whenComplete((ignored, failure) -> enqueue(() -> receiver.synced(failure)));
    }

    @Override
    public void reply(ChunkWriteReply reply) {
        client.onNext(reply);
        client.onCompleted();
    }

    @Override
    public void ready() {
        enqueue(this::moved);
    }

    @Override
    public void ended(ChunkWriteReply reply) {
        enqueue(() -> receiver.chainEnded(reply));
    }

    /** Gives up what has not moved for so long. */
    void checkStall(Duration timeout) {
        enqueue(() -> {
            if (nanoClock.getAsLong() - movedAtNanos > timeout.toNanos()) {
                moved();
                receiver.stalled();
            }
        });
    }

    private void moved() {
        movedAtNanos = nanoClock.getAsLong();
    }

    private void enqueue(Runnable event) {
        serial.execute(() -> {
            event.run();
            if (receiver.ended()) {
                reportOver();
            } else if (consumed >= framesPerRequest && receiver.ready()) {
                client.request(consumed);
                consumed = 0;
            }
        });
    }

    private void reportOver() {
        if (!reported) {
            reported = true;
            over.run();
        }
    }
}
