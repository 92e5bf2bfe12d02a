package io.dbfs.common.rpc;

import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * This process's connections to others, made when first used and shared from then on. Thread-safe.
 *
 * <p>Bulk data has connections of its own, so that it never delays a heartbeat or a metadata call: one HTTP/2 connection
 * is one queue. Callbacks run on the network threads and must not block.
 */
public final class Channels implements AutoCloseable {
    private static final long KEEPALIVE_SECONDS = 10;
    private static final long KEEPALIVE_TIMEOUT_SECONDS = 3;
    private static final int MAX_MESSAGE_BYTES = 8 << 20;
    private static final long CLOSE_SECONDS = 5;

    private final ConcurrentMap<String, ManagedChannel> control = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, ManagedChannel> data = new ConcurrentHashMap<>();
    private final List<ClientInterceptor> interceptors;

    /** Channels whose calls pass these interceptors, the first one outermost. */
    public Channels(ClientInterceptor... interceptors) {
        this.interceptors = List.of(interceptors);
    }

    /** For metadata: many small calls. {@code address} is host:port. */
    public Channel control(String address) {
        return intercepted(control.computeIfAbsent(address, Channels::connect));
    }

    /** For chunk bytes. {@code address} is host:port; a server of this host is reached by its unix socket. */
    public Channel data(String address) {
        return intercepted(data.computeIfAbsent(address, Channels::connectForData));
    }

    /** The peer is known to be alive again: reconnects at once instead of after the back-off. */
    public void resetBackoff(String address) {
        ManagedChannel channel = control.get(address);
        if (channel != null) {
            channel.resetConnectBackoff();
        }
        channel = data.get(address);
        if (channel != null) {
            channel.resetConnectBackoff();
        }
    }

    private Channel intercepted(ManagedChannel channel) {
        return interceptors.isEmpty() ? channel : ClientInterceptors.interceptForward(channel, interceptors);
    }

    private static ManagedChannel connect(String address) {
        return configure(tcp(address)).build();
    }

    private static NettyChannelBuilder tcp(String address) {
        HostPort target = HostPort.parse(address);
        return NettyChannelBuilder.forAddress(target.host(), target.port()).channelType(EventLoops.clientChannelType());
    }

    private static ManagedChannel connectForData(String address) {
        Optional<DomainSocketAddress> socket =
                EventLoops.hasUnixSockets() ? LocalSockets.find(HostPort.parse(address)) : Optional.empty();
        NettyChannelBuilder builder = socket.map(found -> NettyChannelBuilder.forAddress(found)
                        .overrideAuthority(address)
                        .channelType(EpollDomainSocketChannel.class)
                        // gRPC sets it on every channel, and netty warns where there is no such thing.
                        .withOption(ChannelOption.SO_KEEPALIVE, null)
                        .withOption(ChannelOption.SO_SNDBUF, BulkOptions.SOCKET_BYTES))
                .orElseGet(() -> tcp(address));
        configure(builder)
                .withOption(BulkOptions.RECEIVE_BUFFERS, BulkOptions.receiveBuffers())
                .flowControlWindow(BulkOptions.WINDOW_BYTES);
        InternalNettyChannelBuilder.setProtocolNegotiatorFactory(
                builder, () -> new LargeFrames(InternalProtocolNegotiators.plaintext()));
        return builder.build();
    }

    private static NettyChannelBuilder configure(NettyChannelBuilder builder) {
        return builder.usePlaintext()
                .eventLoopGroup(EventLoops.CLIENT)
                .directExecutor()
                // A retry must be seen by the router, which knows where to go instead.
                .disableRetry()
                // Proxy variables of the environment are meant for the Web.
                .proxyDetector(ignored -> null)
                .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEPALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(true)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .idleTimeout(1, TimeUnit.DAYS);
    }

    /** Ends every connection; calls under way fail. */
    @Override
    public void close() {
        List<ManagedChannel> all =
                Stream.concat(control.values().stream(), data.values().stream()).toList();
        all.forEach(ManagedChannel::shutdownNow);
        try {
            for (ManagedChannel channel : all) {
                channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
