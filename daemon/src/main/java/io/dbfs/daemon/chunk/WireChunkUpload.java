package io.dbfs.daemon.chunk;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.bulk.BlockChecksums;
import io.dbfs.common.bulk.ChunkWrite;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.common.wire.WirePool;
import io.dbfs.proto.ChunkWriteBegin;
import io.dbfs.proto.ChunkWriteReply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A chunk on its way to the first node of its chain. The writer's own thread sends; another waits for the reply. */
final class WireChunkUpload implements ChunkUpload {
    private final ChunkPlacement placement;
    private final int bytesMax;
    private final WirePool pool;
    private final Duration stallTimeout;
    private final Executor replies;
    private final CompletableFuture<StoredChunk> stored = new CompletableFuture<>();
    private @Nullable ChunkWrite write;
    private boolean cancelled;
    private int length;

    /**
     * A chunk of which nothing is sent yet.
     *
     * @param bytesMax how long it will be at most; 0: not known
     * @param replies runs a task for each chunk that is sealed, which blocks until the chain has answered
     */
    WireChunkUpload(ChunkPlacement placement, int bytesMax, WirePool pool, Duration stallTimeout, Executor replies) {
        this.placement = placement;
        this.bytesMax = bytesMax;
        this.pool = pool;
        this.stallTimeout = stallTimeout;
        this.replies = replies;
    }

    @Override
    public void append(ByteBuffer slice) {
        attempt(() -> {
            ChunkWrite open = open();
            ByteBuffer rest = slice.duplicate();
            while (rest.hasRemaining()) {
                int count = Math.min(ChunkWrite.FRAME_BYTES_MAX, rest.remaining());
                ByteBuffer part = rest.slice(rest.position(), count);
                if (!open.send(part, BlockChecksums.of(part))) {
                    throw refusal(open.awaitReply());
                }
                rest.position(rest.position() + count);
                length += count;
            }
        });
    }

    private ChunkWrite open() {
        synchronized (this) {
            if (cancelled) {
                throw new FsException(Errno.ECANCELED, "given up");
            }
            if (write != null) {
                return write;
            }
        }
        Replica first = first();
        ChunkWriteBegin.Builder begin = ChunkWriteBegin.newBuilder()
                .setChunkId(placement.chunk().value())
                .setNodeId(first.node().value())
                .setMaxLength(bytesMax)
                .setStallMillis((int) stallTimeout.toMillis());
        placement.replicas().stream().skip(1).forEach(replica -> begin.addChain(replica.toProto()));
        ChunkWrite begun = ChunkWrite.begin(pool, first.address(), begin.build(), stallTimeout);
        synchronized (this) {
            write = begun;
            if (cancelled) {
                begun.close();
            }
        }
        return begun;
    }

    private void attempt(Runnable step) {
        if (stored.isCompletedExceptionally()) {
            throw failure(Errno.EIO, first().node(), List.of(), "it broke before");
        }
        try {
            step.run();
        } catch (ChunkUploadException e) {
            stored.completeExceptionally(e);
            throw e;
        } catch (FsException e) {
            ChunkUploadException broken = failure(e.errno(), first().node(), List.of(), String.valueOf(e.getMessage()));
            stored.completeExceptionally(broken);
            throw broken;
        }
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public CompletableFuture<StoredChunk> seal(boolean sync) {
        if (stored.isDone()) {
            return stored;
        }
        try {
            ChunkWrite open = open();
            open.seal(length, sync);
            replies.execute(() -> awaitReply(open));
        } catch (RejectedExecutionException e) {
            // The mount ends. Whether the chunk is stored is not learned, and nothing refers to it.
            cancel();
        } catch (FsException e) {
            stored.completeExceptionally(failure(e.errno(), first().node(), List.of(), String.valueOf(e.getMessage())));
        }
        return stored;
    }

    private void awaitReply(ChunkWrite open) {
        try {
            ended(open.awaitReply());
        } catch (FsException e) {
            stored.completeExceptionally(failure(e.errno(), first().node(), List.of(), String.valueOf(e.getMessage())));
        }
    }

    private void ended(ChunkWriteReply reply) {
        if (Refusals.refused(reply.getRefusal())) {
            stored.completeExceptionally(refusal(reply));
        } else {
            stored.complete(new StoredChunk(placement.chunk(), length, storedOn(reply)));
        }
    }

    private ChunkUploadException refusal(ChunkWriteReply reply) {
        NodeId failed = reply.getFailedNode() == 0 ? null : new NodeId(reply.getFailedNode());
        Errno errno = Errno.ofCode(reply.getRefusal().getErrno()).orElse(Errno.EIO);
        return failure(errno, failed, storedOn(reply), reply.getRefusal().getMessage());
    }

    private static List<NodeId> storedOn(ChunkWriteReply reply) {
        return reply.getStoredOnList().stream().map(NodeId::new).toList();
    }

    @Override
    public void cancel() {
        ChunkWrite open;
        synchronized (this) {
            cancelled = true;
            open = write;
        }
        stored.completeExceptionally(failure(Errno.ECANCELED, null, List.of(), "given up"));
        if (open != null) {
            open.close();
        }
    }

    private Replica first() {
        return placement.replicas().get(0);
    }

    private ChunkUploadException failure(Errno errno, @Nullable NodeId node, List<NodeId> storedOn, String reason) {
        return new ChunkUploadException(placement.chunk(), errno, node, storedOn, reason);
    }
}
