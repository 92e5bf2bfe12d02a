package io.dbfs.common.rpc;

import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.shaded.io.netty.channel.ChannelDuplexHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Settings;
import io.grpc.netty.shaded.io.netty.util.AsciiString;

/**
 * Lets the peer of a connection send HTTP/2 frames larger than 16 KiB, by a SETTINGS frame of its own (RFC 9113, 6.5.2).
 *
 * <p>gRPC has no setting for it and leaves the protocol's default: a bulk message then travels as many frames, each with its
 * own header, flow control and buffers, which costs more processor time than moving the bytes does.
 */
final class LargeFrames implements ProtocolNegotiator {
    private final ProtocolNegotiator negotiator;

    /** What {@code negotiator} does, and larger frames. */
    LargeFrames(ProtocolNegotiator negotiator) {
        this.negotiator = negotiator;
    }

    @Override
    public AsciiString scheme() {
        return negotiator.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler connection) {
        return new Announcement(connection, negotiator.newHandler(connection));
    }

    @Override
    public void close() {
        negotiator.close();
    }

    /** Stands behind the connection's handler until the setting is sent. */
    private static final class Announcement extends ChannelDuplexHandler {
        private final GrpcHttp2ConnectionHandler connection;
        private final ChannelHandler negotiation;

        Announcement(GrpcHttp2ConnectionHandler connection, ChannelHandler negotiation) {
            this.connection = connection;
            this.negotiation = negotiation;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.pipeline().addBefore(context.name(), null, negotiation);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            // The negotiation puts the connection's handler into its place now; the preface has left when this task
            // runs.
            context.executor().execute(() -> announce(context));
            context.fireChannelActive();
        }

        private void announce(ChannelHandlerContext context) {
            ChannelHandlerContext place = context.pipeline().context(connection);
            if (place != null) {
                ChannelFuture unused = connection
                        .encoder()
                        .writeSettings(
                                place,
                                new Http2Settings().maxFrameSize(BulkOptions.FRAME_BYTES_MAX),
                                place.newPromise());
                place.flush();
            }
            context.pipeline().remove(this);
        }
    }
}
