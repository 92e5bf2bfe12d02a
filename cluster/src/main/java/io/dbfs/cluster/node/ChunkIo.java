package io.dbfs.cluster.node;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.bulk.BlockChecksums;
import io.dbfs.common.bulk.BulkFrame;
import io.dbfs.common.bulk.ChunkReadCall;
import io.dbfs.common.bulk.ChunkWriteCall;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkWriteBegin;
import io.dbfs.proto.ChunkWriteData;
import io.dbfs.proto.ChunkWriteHeader;
import io.dbfs.proto.ChunkWriteReply;
import io.dbfs.proto.ChunkWriteSeal;
import io.dbfs.proto.NodeAddress;
import io.dbfs.proto.Placement;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Reads and writes chunks of the cluster for the work of rewriting. Blocks for a bounded time. Thread-safe. */
final class ChunkIo {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int FRAME_BYTES = 16 * BlockChecksums.BLOCK_BYTES;

    private final Channels channels;

    ChunkIo(Channels channels) {
        this.channels = channels;
    }

    /**
     * Reads a part of a chunk from the first of its replicas that gives it.
     *
     * @throws FsException when none does
     */
    ByteString read(ChunkInfo chunk, int offset, int length, List<NodeAddress> nodes) {
        FsException failure = new FsException(Errno.EIO, "chunk " + new ChunkId(chunk.getId()) + ": no replica known");
        for (NodeAddress node : nodes) {
            if (chunk.getReplicasList().contains(node.getNodeId())) {
                try {
                    return read(new ChunkId(chunk.getId()), offset, length, node);
                } catch (FsException e) {
                    failure = e;
                }
            }
        }
        throw failure;
    }

    /**
     * Writes a chunk along its chain, durably; the chunk as it was stored.
     *
     * @throws FsException when the chain broke
     */
    ChunkInfo write(Placement placement, byte[] bytes) {
        NodeAddress first = placement.getChain(0);
        CompletableFuture<ChunkWriteReply> reply = new CompletableFuture<>();
        ChunkWriteCall call = ChunkWriteCall.start(
                channels.data(first.getAddress()), new NodeId(first.getNodeId()), new ReplyListener(reply));
        call.send(BulkFrame.of(header(ChunkWriteBegin.newBuilder()
                .setChunkId(placement.getChunkId())
                .setNodeId(first.getNodeId())
                .addAllChain(placement.getChainList().subList(1, placement.getChainCount())))));
        for (int offset = 0; offset < bytes.length; offset += FRAME_BYTES) {
            call.send(frame(ByteBuffer.wrap(bytes, offset, Math.min(FRAME_BYTES, bytes.length - offset))));
        }
        call.send(BulkFrame.of(
                header(ChunkWriteSeal.newBuilder().setLength(bytes.length).setSync(true))));
        call.finish();
        ChunkWriteReply stored =
                await(reply.orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS), () -> call.cancel("late"));
        Refusals.check(stored.getRefusal());
        return ChunkInfo.newBuilder()
                .setId(placement.getChunkId())
                .setLength(bytes.length)
                .addAllReplicas(stored.getStoredOnList())
                .build();
    }

    private ByteString read(ChunkId chunk, int offset, int length, NodeAddress node) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        ChunkReadCall call = ChunkReadCall.start(
                channels.data(node.getAddress()),
                new NodeId(node.getNodeId()),
                chunk,
                offset,
                length,
                TIMEOUT,
                pieces -> pieces.forEach(bytes::put));
        await(call.done(), call::cancel);
        return UnsafeByteOperations.unsafeWrap(bytes.flip());
    }

    private static BulkFrame frame(ByteBuffer payload) {
        ByteBuffer slice = payload.slice();
        ChunkWriteData.Builder data = ChunkWriteData.newBuilder();
        for (int checksum : BlockChecksums.of(List.of(slice))) {
            data.addCrc32C(checksum);
        }
        return BulkFrame.of(ChunkWriteHeader.newBuilder().setData(data).build(), slice);
    }

    private static ChunkWriteHeader header(ChunkWriteBegin.Builder begin) {
        return ChunkWriteHeader.newBuilder().setBegin(begin).build();
    }

    private static ChunkWriteHeader header(ChunkWriteSeal.Builder seal) {
        return ChunkWriteHeader.newBuilder().setSeal(seal).build();
    }

    private static <T> T await(CompletableFuture<T> step, Runnable giveUp) {
        try {
            return step.join();
        } catch (CompletionException failure) {
            giveUp.run();
            throw failure.getCause() instanceof FsException known
                    ? known
                    : new FsException(Errno.EIO, String.valueOf(failure.getCause()), failure);
        }
    }

    private record ReplyListener(CompletableFuture<ChunkWriteReply> reply) implements ChunkWriteCall.Listener {
        @Override
        public void ready() {
            // All frames of one chunk may queue up: there is one rewrite at a time.
        }

        @Override
        public void ended(ChunkWriteReply outcome) {
            reply.complete(outcome);
        }
    }
}
