package io.dbfs.common.bulk;

import com.google.protobuf.InvalidProtocolBufferException;
import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ChunkReadHeader;
import io.dbfs.proto.ChunkReadRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The receiving side of one Chunks/Read: one attempt to get a range of a chunk from one node. Thread-safe. */
public final class ChunkReadCall {
    private static final int FRAMES_AHEAD = 4;

    private final ClientCall<ChunkReadRequest, BulkFrame> call;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /** Where the bytes go. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes verified bytes, in order and without gaps, on a network thread: must not block. The pieces are valid during the
         * call only.
         */
        void accept(List<ByteBuffer> pieces);
    }

    private ChunkReadCall(ClientCall<ChunkReadRequest, BulkFrame> call) {
        this.call = call;
    }

    /** Begins to read {@code length} bytes at {@code offset} from {@code node}, which {@code channel} leads to. */
    public static ChunkReadCall start(
            Channel channel, NodeId node, ChunkId id, int offset, int length, Duration timeout, Sink sink) {
        ClientCall<ChunkReadRequest, BulkFrame> call = channel.newCall(
                ChunkMethods.READ, CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS));
        ChunkReadCall read = new ChunkReadCall(call);
        call.start(read.new Receiver(node, offset, length, sink), new Metadata());
        call.request(FRAMES_AHEAD);
        call.sendMessage(ChunkReadRequest.newBuilder()
                .setChunkId(id.value())
                .setNodeId(node.value())
                .setOffset(offset)
                .setLength(length)
                .build());
        call.halfClose();
        return read;
    }

    /**
     * Completes when all bytes have gone to the sink, or exceptionally with an FsException: ENOENT when the node has no such
     * chunk, EIO when what it has or sent is damaged, ETIMEDOUT, ECANCELED, and ENOTCONN for any failure on the way.
     */
    public CompletableFuture<Void> done() {
        return done;
    }

    /** Gives up. */
    public void cancel() {
        call.cancel("no longer wanted", null);
    }

    private final class Receiver extends ClientCall.Listener<BulkFrame> {
        private final NodeId node;
        private final Sink sink;
        private final int end;
        private int next;

        Receiver(NodeId node, int offset, int length, Sink sink) {
            this.node = node;
            this.sink = sink;
            this.next = offset;
            this.end = offset + length;
        }

        @Override
        public void onMessage(BulkFrame frame) {
            try (frame) {
                if (done.isDone()) {
                    return;
                }
                ChunkReadHeader header = frame.header(ChunkReadHeader.parser());
                Refusals.check(header.getRefusal());
                take(header, frame);
                call.request(1);
            } catch (FsException e) {
                fail(e);
            } catch (InvalidProtocolBufferException e) {
                fail(new FsException(Errno.EIO, "node " + node + ": " + e.getMessage(), e));
            }
        }

        private void take(ChunkReadHeader header, BulkFrame frame) {
            if (header.getOffset() != next || frame.payloadBytes() > end - next) {
                throw new FsException(
                        Errno.EIO,
                        "node " + node + " sent " + frame.payloadBytes() + " bytes at " + header.getOffset()
                                + " (expected: at " + next + ", until " + end + ")");
            }
            List<ByteBuffer> pieces = frame.payload();
            if (BlockChecksums.whole(pieces) != header.getCrc32C()) {
                throw new FsException(Errno.EIO, "node " + node + " sent bytes whose checksum differs, at " + next);
            }
            next += frame.payloadBytes();
            sink.accept(pieces);
        }

        private void fail(FsException failure) {
            done.completeExceptionally(failure);
            cancel();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (!status.isOk()) {
                done.completeExceptionally(
                        new FsException(TransportErrors.errno(status), TransportErrors.describe(node, status)));
            } else if (next < end) {
                done.completeExceptionally(
                        new FsException(Errno.EIO, "node " + node + " ended at " + next + " (expected: " + end + ")"));
            } else {
                done.complete(null);
            }
        }
    }
}
