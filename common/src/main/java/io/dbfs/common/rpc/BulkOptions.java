package io.dbfs.common.rpc;

import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator;

/** How connections that carry chunk bytes are set up. */
final class BulkOptions {
    /** What a peer may send before it is read; fixed, for gRPC finds its own window by a ping for nearly every message. */
    static final int WINDOW_BYTES = 4 << 20;

    /**
     * The largest HTTP/2 frame. Four to a bulk message: of 16 KiB to 1 MiB measured, those above 64 KiB win nothing more,
     * since each has to be gathered whole before it is passed on.
     */
    static final int FRAME_BYTES_MAX = 64 << 10;

    /** Of a unix socket: a few messages, so that its sender is not woken for each half of one. */
    static final int SOCKET_BYTES = 1 << 20;

    private static final int READ_BYTES_MIN = 64;
    private static final int READ_BYTES_INITIAL = 2048;
    private static final int READ_BYTES_MAX = 128 << 10;

    /** {@link #receiveBuffers} under its name in netty, whose deprecation offers no other way to a connection that gRPC makes. */
    @SuppressWarnings("deprecation")
    static final ChannelOption<RecvByteBufAllocator> RECEIVE_BUFFERS = ChannelOption.RCVBUF_ALLOCATOR;

    private BulkOptions() {}

    /** Buffers for reading that grow with what arrives, up to more than one HTTP/2 frame. */
    static RecvByteBufAllocator receiveBuffers() {
        return new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, READ_BYTES_INITIAL, READ_BYTES_MAX);
    }
}
