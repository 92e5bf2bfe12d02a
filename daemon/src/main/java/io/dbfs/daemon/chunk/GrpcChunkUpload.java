package io.dbfs.daemon.chunk;

import io.dbfs.common.Errno;
import io.dbfs.common.NodeId;
import io.dbfs.common.bulk.BlockChecksums;
import io.dbfs.common.bulk.BulkFrame;
import io.dbfs.common.bulk.ChunkWriteCall;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ChunkWriteBegin;
import io.dbfs.proto.ChunkWriteData;
import io.dbfs.proto.ChunkWriteHeader;
import io.dbfs.proto.ChunkWriteReply;
import io.dbfs.proto.ChunkWriteSeal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A chunk on its way to the first node of its chain. */
final class GrpcChunkUpload implements ChunkUpload, ChunkWriteCall.Listener {
    private final ChunkPlacement placement;
    private final int frameBytes;
    private final Duration stallTimeout;
    private final ScheduledExecutorService timer;
    private final ChunkWriteCall call;
    private final CompletableFuture<StoredChunk> stored = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition readyOrEnded = lock.newCondition();
    private volatile @Nullable ChunkUploadException failure;
    private int length;

    GrpcChunkUpload(
            ChunkPlacement placement,
            Channels channels,
            ChunkTransportOptions options,
            ScheduledExecutorService timer) {
        this.placement = placement;
        this.frameBytes = options.frameBytes();
        this.stallTimeout = options.stallTimeout();
        this.timer = timer;
        Replica first = placement.replicas().get(0);
        this.call = ChunkWriteCall.start(channels.data(first.address()), first.node(), this);
        call.send(BulkFrame.of(begin(first)));
    }

    private ChunkWriteHeader begin(Replica first) {
        ChunkWriteBegin.Builder begin = ChunkWriteBegin.newBuilder()
                .setChunkId(placement.chunk().value())
                .setNodeId(first.node().value());
        placement.replicas().stream().skip(1).forEach(replica -> begin.addChain(replica.toProto()));
        return ChunkWriteHeader.newBuilder().setBegin(begin).build();
    }

    @Override
    public void append(ByteBuffer slice) {
        ByteBuffer rest = slice.duplicate();
        while (rest.hasRemaining()) {
            int count = Math.min(frameBytes, rest.remaining());
            ByteBuffer payload = rest.duplicate().limit(rest.position() + count);
            rest.position(rest.position() + count);
            ChunkWriteData.Builder data = ChunkWriteData.newBuilder();
            for (int checksum : BlockChecksums.of(List.of(payload))) {
                data.addCrc32C(checksum);
            }
            awaitReady();
            call.send(BulkFrame.of(ChunkWriteHeader.newBuilder().setData(data).build(), payload));
            length += count;
        }
    }

    private void awaitReady() {
        lock.lock();
        try {
            long rest = stallTimeout.toNanos();
            while (!call.isReady() && !stored.isDone()) {
                if (rest <= 0) {
                    end(failure(Errno.ETIMEDOUT, firstNode(), List.of(), "took nothing for " + stallTimeout));
                    break;
                }
                rest = readyOrEnded.awaitNanos(rest);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(failure(Errno.EINTR, null, List.of(), "writer was interrupted"));
        } finally {
            lock.unlock();
        }
        throwIfEnded();
    }

    private void throwIfEnded() {
        if (stored.isDone()) {
            ChunkUploadException known = failure;
            throw known != null ? known : failure(Errno.EIO, firstNode(), List.of(), "ended before its seal");
        }
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public CompletableFuture<StoredChunk> seal(boolean sync) {
        if (!stored.isDone()) {
            ChunkWriteSeal seal =
                    ChunkWriteSeal.newBuilder().setLength(length).setSync(sync).build();
            call.send(BulkFrame.of(ChunkWriteHeader.newBuilder().setSeal(seal).build()));
            call.finish();
            endWithoutReply();
        }
        return stored;
    }

    private void endWithoutReply() {
        ScheduledFuture<?> timeout = timer.schedule(
                () -> end(failure(Errno.ETIMEDOUT, firstNode(), List.of(), "no answer for " + stallTimeout)),
                stallTimeout.toNanos(),
                TimeUnit.NANOSECONDS);
        CompletableFuture<StoredChunk> unused = stored.whenComplete((chunk, reason) -> timeout.cancel(false));
    }

    @Override
    public void cancel() {
        end(failure(Errno.ECANCELED, null, List.of(), "given up"));
    }

    private void end(ChunkUploadException reason) {
        fail(reason);
        call.cancel(String.valueOf(reason.getMessage()));
    }

    private void fail(ChunkUploadException reason) {
        if (!stored.isDone()) {
            failure = reason;
            stored.completeExceptionally(reason);
        }
    }

    @Override
    public void ready() {
        signal();
    }

    @Override
    public void ended(ChunkWriteReply reply) {
        List<NodeId> nodes = reply.getStoredOnList().stream().map(NodeId::new).toList();
        if (Refusals.refused(reply.getRefusal())) {
            NodeId failed = reply.getFailedNode() == 0 ? null : new NodeId(reply.getFailedNode());
            Errno errno = Errno.ofCode(reply.getRefusal().getErrno()).orElse(Errno.EIO);
            fail(failure(errno, failed, nodes, reply.getRefusal().getMessage()));
        } else {
            stored.complete(new StoredChunk(placement.chunk(), length, nodes));
        }
        signal();
    }

    private void signal() {
        lock.lock();
        try {
            readyOrEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private NodeId firstNode() {
        return placement.replicas().get(0).node();
    }

    private ChunkUploadException failure(Errno errno, @Nullable NodeId node, List<NodeId> storedOn, String reason) {
        return new ChunkUploadException(placement.chunk(), errno, node, storedOn, reason);
    }
}
