package io.dbfs.common.bulk;

import io.dbfs.common.Errno;
import io.dbfs.common.NodeId;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ChunkWriteReply;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of one Chunks/Write: a client's, or a node's towards the next of the chain. Frames are sent by one thread at
 * a time; {@link #cancel} may come from any.
 */
public final class ChunkWriteCall {
    /** Bytes queued up in this process below which more are welcome: a few frames, so that the network never runs dry. */
    private static final int QUEUED_BYTES = 512 * 1024;

    private final ClientCall<BulkFrame, ChunkWriteReply> call;

    /** What the call tells its user, on a network thread: must not block. */
    public interface Listener {
        /** {@link #isReady} has become true. */
        void ready();

        /** The end, exactly once. When the node could not be reached or vanished, the reply says so in its stead. */
        void ended(ChunkWriteReply reply);
    }

    private ChunkWriteCall(ClientCall<BulkFrame, ChunkWriteReply> call) {
        this.call = call;
    }

    /** Begins a call to {@code node}, which {@code channel} leads to. Returns at once. */
    public static ChunkWriteCall start(Channel channel, NodeId node, Listener listener) {
        ClientCall<BulkFrame, ChunkWriteReply> call =
                channel.newCall(ChunkMethods.WRITE, CallOptions.DEFAULT.withOnReadyThreshold(QUEUED_BYTES));
        call.start(new Receiver(node, listener), new Metadata());
        call.request(1);
        return new ChunkWriteCall(call);
    }

    /** Whether a frame would leave without queueing up in this process. */
    public boolean isReady() {
        return call.isReady();
    }

    /** Sends a frame and takes it over. */
    public void send(BulkFrame frame) {
        try {
            call.sendMessage(frame);
        } catch (RuntimeException e) {
            frame.close();
            throw e;
        }
    }

    /** Nothing more will be sent. */
    public void finish() {
        call.halfClose();
    }

    /** Gives up; the node drops what it has. {@link Listener#ended} still comes, if it has not. */
    public void cancel(String reason) {
        call.cancel(reason, null);
    }

    /** The reply in the stead of a node that gave none. */
    public static ChunkWriteReply failure(NodeId node, Errno errno, String reason) {
        return ChunkWriteReply.newBuilder()
                .setRefusal(Refusals.of(errno, reason))
                .setFailedNode(node.value())
                .build();
    }

    private static final class Receiver extends ClientCall.Listener<ChunkWriteReply> {
        private final NodeId node;
        private final Listener listener;
        private @Nullable ChunkWriteReply reply;

        Receiver(NodeId node, Listener listener) {
            this.node = node;
            this.listener = listener;
        }

        @Override
        public void onReady() {
            listener.ready();
        }

        @Override
        public void onMessage(ChunkWriteReply message) {
            reply = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            ChunkWriteReply received = reply;
            listener.ended(
                    status.isOk() && received != null
                            ? received
                            : failure(node, TransportErrors.errno(status), TransportErrors.describe(node, status)));
        }
    }
}
