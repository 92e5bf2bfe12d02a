package io.dbfs.cluster.node;

import io.dbfs.cluster.chunk.ChunkStore;
import io.dbfs.cluster.chunk.WritableChunk;
import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.bulk.BlockChecksums;
import io.dbfs.common.bulk.ChunkReadCall;
import io.dbfs.common.rpc.Channels;
import io.dbfs.proto.CopyTask;
import io.dbfs.proto.NodeAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Copies by the calls that readers use, a slice at a time, so that a copy takes little memory and yields to readers. */
final class GrpcChunkCopier implements ChunkCopier {
    private static final int SLICE_BYTES = 16 * BlockChecksums.BLOCK_BYTES;
    private static final Duration SLICE_TIMEOUT = Duration.ofSeconds(10);

    private final ChunkStore store;
    private final Channels channels;

    GrpcChunkCopier(ChunkStore store, Channels channels) {
        this.store = store;
        this.channels = channels;
    }

    @Override
    public void copy(CopyTask task) {
        ChunkId id = new ChunkId(task.getChunk().getId());
        int length = task.getChunk().getLength();
        if (isHere(id, length)) {
            return;
        }
        FsException failure = new FsException(Errno.EIO, "chunk " + id + " has no source");
        for (NodeAddress source : task.getSourcesList()) {
            try {
                copy(id, length, source);
                return;
            } catch (FsException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private boolean isHere(ChunkId id, int length) {
        try {
            return store.length(id) == length;
        } catch (FsException absent) {
            return false;
        }
    }

    private void copy(ChunkId id, int length, NodeAddress source) {
        ByteBuffer slice = ByteBuffer.allocateDirect(Math.min(length, SLICE_BYTES));
        try (WritableChunk chunk = store.create(id)) {
            for (int offset = 0; offset < length; offset += slice.limit()) {
                fetch(id, offset, slice.clear().limit(Math.min(slice.capacity(), length - offset)), source);
                List<ByteBuffer> pieces = List.of(slice.flip());
                chunk.append(pieces, BlockChecksums.of(pieces));
            }
            chunk.seal();
        }
        await(store.sync(List.of(id)));
    }

    private void fetch(ChunkId id, int offset, ByteBuffer target, NodeAddress source) {
        await(ChunkReadCall.start(
                        channels.data(source.getAddress()),
                        new NodeId(source.getNodeId()),
                        id,
                        offset,
                        target.remaining(),
                        SLICE_TIMEOUT,
                        pieces -> pieces.forEach(piece -> target.put(piece.duplicate())))
                .done());
        if (target.hasRemaining()) {
            throw new FsException(Errno.EIO, "chunk " + id + " at n" + source.getNodeId() + " is too short");
        }
    }

    private static void await(CompletableFuture<Void> step) {
        try {
            step.join();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof FsException known
                    ? known
                    : new FsException(Errno.EIO, String.valueOf(failure.getCause()), failure);
        }
    }
}
