package io.dbfs.cluster.chunk;

import io.dbfs.common.Errno;
import io.dbfs.common.NodeId;
import io.dbfs.common.bulk.BulkFrame;
import io.dbfs.common.bulk.ChunkMethods;
import io.dbfs.common.bulk.ChunkWriteCall;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ChunkReadHeader;
import io.dbfs.proto.ChunkReadRequest;
import io.dbfs.proto.ChunkWriteReply;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A node's chunk calls: Chunks/Write, Chunks/Read and ChunkControl. Its methods never block the thread that gRPC calls them
 * on; the disk is touched on the executor given for it alone. Thread-safe.
 */
public final class ChunkService implements AutoCloseable {
    private static final int IDLE_BUFFERS_MAX = 16;

    private final Supplier<NodeId> self;
    private final ChunkStore store;
    private final Channels channels;
    private final Executor disk;
    private final LongSupplier nanoClock;
    private final ChunkServiceOptions options;
    private final FrameBuffers buffers;
    private final Admission reads;
    private final Set<ChunkUploadCall> uploads = ConcurrentHashMap.newKeySet();
    private final ScheduledFuture<?> stallCheck;

    /**
     * The service of one node.
     *
     * @param self who this is: a node learns its identity after it has begun to serve
     * @param disk a pool of as many threads as calls may use the disk at once
     * @param timer checks for stalled uploads
     * @param nanoClock counts nanoseconds from any origin
     */
    public ChunkService(
            Supplier<NodeId> self,
            ChunkStore store,
            Channels channels,
            Executor disk,
            ScheduledExecutorService timer,
            LongSupplier nanoClock,
            ChunkServiceOptions options) {
        this.self = self;
        this.store = store;
        this.channels = channels;
        this.disk = disk;
        this.nanoClock = nanoClock;
        this.options = options;
        this.buffers = new FrameBuffers(options.readFrameBytes(), IDLE_BUFFERS_MAX);
        this.reads = new Admission(options.readsMax(), options.readsWaitingMax());
        long checkNanos = options.stallTimeout().toNanos() / 4;
        this.stallCheck = timer.scheduleWithFixedDelay(this::checkStalls, checkNanos, checkNanos, TimeUnit.NANOSECONDS);
    }

    /** What a node's API port serves of it. */
    public List<ServerServiceDefinition> services() {
        ServerServiceDefinition bulk = ServerServiceDefinition.builder(ChunkMethods.SERVICE)
                .addMethod(ChunkMethods.WRITE, ServerCalls.asyncClientStreamingCall(this::write))
                .addMethod(ChunkMethods.READ, ServerCalls.asyncServerStreamingCall(this::read))
                .build();
        return List.of(bulk, new ChunkControlService(self, store).bindService());
    }

    /** Uploads under way: a gauge. */
    public int uploads() {
        return uploads.size();
    }

    private StreamObserver<BulkFrame> write(StreamObserver<ChunkWriteReply> responses) {
        var client = (ServerCallStreamObserver<ChunkWriteReply>) responses;
        if (uploads.size() >= options.uploadsMax()) {
            client.onNext(ChunkWriteCall.failure(self.get(), Errno.EBUSY, uploads.size() + " uploads are under way"));
            client.onCompleted();
            return new ClosingObserver();
        }
        ChunkUploadCall[] holder = new ChunkUploadCall[1];
        ChunkUploadCall upload = new ChunkUploadCall(
                client, self.get(), store, channels, disk, nanoClock, () -> uploads.remove(holder[0]));
        holder[0] = upload;
        uploads.add(upload);
        upload.start(uploads.size());
        return upload;
    }

    private void read(ChunkReadRequest request, StreamObserver<BulkFrame> responses) {
        var client = (ServerCallStreamObserver<BulkFrame>) responses;
        ChunkSender sender = new ChunkSender(self.get(), store, buffers, request, client);
        if (!new ChunkDownloadCall(client, sender, reads, disk).start()) {
            client.onNext(BulkFrame.of(ChunkReadHeader.newBuilder()
                    .setRefusal(Refusals.of(Errno.EBUSY, options.readsWaitingMax() + " reads are waiting"))
                    .build()));
            client.onCompleted();
        }
    }

    private void checkStalls() {
        uploads.forEach(upload -> upload.checkStall(options.stallTimeout()));
    }

    /** Ends the watch over uploads; the calls end with the server they came through. */
    @Override
    public void close() {
        stallCheck.cancel(false);
    }

    /** Receives what is still on its way to a call that was refused. */
    private static final class ClosingObserver implements StreamObserver<BulkFrame> {
        @Override
        public void onNext(BulkFrame frame) {
            frame.close();
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
