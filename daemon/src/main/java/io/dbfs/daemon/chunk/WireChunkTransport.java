package io.dbfs.daemon.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.bulk.BlockChecksums;
import io.dbfs.common.bulk.ChunkRead;
import io.dbfs.common.bulk.HostFiles;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ChunkControlGrpc;
import io.dbfs.proto.SyncChunksReply;
import io.dbfs.proto.SyncChunksRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Moves chunk bytes over the wire protocol. Its own threads wait for what nodes answer; there are as many as answers are due, up to a bound. */
public final class WireChunkTransport implements ChunkTransport {
    /** Reads and uploads that wait for a node at once; what is more is bounded by the buffers it is for, and waits its turn. */
    private static final int WAITING_MAX = 64;

    private static final long IDLE_SECONDS = 30;

    private final Channels channels;
    private final BadReplicaListener listener;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoClock;
    private final ChunkTransportOptions options;
    private final ReplicaOrder replicas;
    private final UnusableReplicas unusable;
    private final ReadLatencies latencies;
    private final @Nullable HostFiles files;
    private final HedgeBudget hedges = new HedgeBudget();
    private final ThreadPoolExecutor waiting;

    /**
     * A transport over the given channels, which stay their owner's.
     *
     * @param timer runs short tasks: timeouts, and asking a second replica
     * @param nanoClock counts nanoseconds from any origin
     */
    public WireChunkTransport(
            Channels channels,
            BadReplicaListener listener,
            ScheduledExecutorService timer,
            LongSupplier nanoClock,
            ChunkTransportOptions options) {
        this.channels = channels;
        this.listener = listener;
        this.timer = timer;
        this.nanoClock = nanoClock;
        this.options = options;
        this.replicas = new ReplicaOrder(options.localHosts(), nanoClock);
        this.unusable = new UnusableReplicas(nanoClock);
        this.files = options.readsHostFiles() ? new HostFiles(nanoClock) : null;
        this.latencies = new ReadLatencies(options.hedgeAfterMin());
        AtomicInteger number = new AtomicInteger();
        this.waiting = new ThreadPoolExecutor(
                WAITING_MAX, WAITING_MAX, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "chunks-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        waiting.allowCoreThreadTimeOut(true);
    }

    @Override
    public ChunkUpload open(ChunkPlacement placement, int bytesMax, Duration stallTimeout) {
        Duration limit = stallTimeout.compareTo(options.stallTimeout()) < 0 ? stallTimeout : options.stallTimeout();
        return new WireChunkUpload(placement, bytesMax, channels.wire(), limit, waiting);
    }

    @Override
    public CompletableFuture<Void> read(ChunkPlacement chunk, int offset, ByteBuffer target) {
        ReplicatedRead read = begin(chunk, offset, target);
        if (chunk.replicas().size() < 2 || target.remaining() <= BlockChecksums.BLOCK_BYTES) {
            return read.result();
        }
        return read.result()
                .exceptionallyCompose(failure -> read.isDamageFound()
                        ? readBlocks(chunk, offset, target)
                        : CompletableFuture.failedFuture(failure));
    }

    /** No replica has all of it: some may have the blocks that others lack. */
    private CompletableFuture<Void> readBlocks(ChunkPlacement chunk, int offset, ByteBuffer target) {
        List<CompletableFuture<Void>> blocks = new ArrayList<>();
        for (int done = 0; done < target.remaining(); ) {
            int toBlockEnd = BlockChecksums.BLOCK_BYTES - (offset + done) % BlockChecksums.BLOCK_BYTES;
            int count = Math.min(toBlockEnd, target.remaining() - done);
            ByteBuffer part = target.slice(target.position() + done, count);
            blocks.add(begin(chunk, offset + done, part).result());
            done += count;
        }
        return CompletableFuture.allOf(blocks.toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public boolean isOutdated(ChunkPlacement placement) {
        return unusable.isOutdated(placement);
    }

    private ReplicatedRead begin(ChunkPlacement chunk, int offset, ByteBuffer target) {
        int length = target.remaining();
        long startNanos = nanoClock.getAsLong();
        ReplicatedRead read =
                new ReplicatedRead(chunk, offset, target, this::attempt, waiting, replicas, unusable, listener);
        read.askNext();
        hedges.earn();
        if (chunk.replicas().size() > 1 && !read.result().isDone()) {
            hedge(read, length);
        }
        CompletableFuture<Void> unused =
                read.result().thenRun(() -> latencies.took(length, nanoClock.getAsLong() - startNanos));
        return read;
    }

    private ChunkRead attempt(Replica replica) {
        return new ChunkRead(channels.wire(), replica.node(), replica.address(), options.readTimeout(), files);
    }

    private void hedge(ReplicatedRead read, int length) {
        ScheduledFuture<?> second = timer.schedule(
                () -> {
                    if (!read.result().isDone() && hedges.spend()) {
                        read.askNext();
                    }
                },
                latencies.slowAfterNanos(length),
                TimeUnit.NANOSECONDS);
        CompletableFuture<Void> unused = read.result().whenComplete((ignored, failure) -> second.cancel(false));
    }

    @Override
    public CompletableFuture<Void> sync(Replica replica, Collection<ChunkId> chunks) {
        SyncChunksRequest.Builder request =
                SyncChunksRequest.newBuilder().setNodeId(replica.node().value());
        chunks.forEach(chunk -> request.addChunkIds(chunk.value()));
        CompletableFuture<Void> done = new CompletableFuture<>();
        ChunkControlGrpc.newStub(channels.control(replica.address()))
                .withDeadlineAfter(options.syncTimeout())
                .syncChunks(request.build(), new StreamObserver<>() {
                    @Override
                    public void onNext(SyncChunksReply reply) {
                        try {
                            Refusals.check(reply.getRefusal());
                            done.complete(null);
                        } catch (FsException refusal) {
                            done.completeExceptionally(refusal);
                        }
                    }

                    @Override
                    public void onError(Throwable failure) {
                        boolean late = Status.fromThrowable(failure).getCode() == Status.Code.DEADLINE_EXCEEDED;
                        done.completeExceptionally(new FsException(
                                late ? Errno.ETIMEDOUT : Errno.ENOTCONN,
                                "sync on " + replica.node() + ": " + failure.getMessage(),
                                failure));
                    }

                    @Override
                    public void onCompleted() {
                        done.completeExceptionally(
                                new FsException(Errno.ENOTCONN, "sync on " + replica.node() + ": no reply"));
                    }
                });
        return done;
    }

    /** Ends its threads when what they wait for has ended, with the channels, which belong to whoever gave them. */
    @Override
    public void close() {
        waiting.shutdown();
    }
}
