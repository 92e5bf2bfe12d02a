package io.dbfs.common.rpc;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A process's API port, and the unix socket beside it. Thread-safe. */
public final class RpcServer implements AutoCloseable {
    private static final long CLOSE_SECONDS = 2;
    private static final int MAX_MESSAGE_BYTES = 8 << 20;

    private final Server tcp;
    private final List<Server> all;

    private RpcServer(Server tcp, List<Server> all) {
        this.tcp = tcp;
        this.all = all;
    }

    /**
     * Serves on an address.
     *
     * @param bindAddress host:port; port 0 picks a free one
     * @param handlers runs the services' methods; a direct executor where none of them ever blocks
     * @throws BindException when the address cannot be bound; its message is the address
     * @throws IOException when the unix socket cannot be made
     */
    public static RpcServer start(String bindAddress, List<ServerServiceDefinition> services, Executor handlers)
            throws IOException {
        InetSocketAddress bind = HostPort.parse(bindAddress).resolve();
        Server tcp = configure(
                NettyServerBuilder.forAddress(bind).channelType(EventLoops.serverChannelType()), services, handlers);
        try {
            tcp.start();
        } catch (IOException e) {
            // gRPC says neither what kind of failure it was nor, in a form to rely on, where.
            BindException failure = new BindException(bindAddress);
            failure.initCause(e);
            throw failure;
        }
        if (!EventLoops.hasUnixSockets()) {
            return new RpcServer(tcp, List.of(tcp));
        }
        DomainSocketAddress socket = LocalSockets.of(new InetSocketAddress(bind.getAddress(), tcp.getPort()));
        Server local = configure(
                NettyServerBuilder.forAddress(socket)
                        .channelType(EpollServerDomainSocketChannel.class)
                        .withChildOption(ChannelOption.SO_KEEPALIVE, null)
                        .withChildOption(ChannelOption.SO_SNDBUF, BulkOptions.SOCKET_BYTES),
                services,
                handlers);
        try {
            return new RpcServer(tcp, List.of(tcp, local.start()));
        } catch (IOException e) {
            tcp.shutdownNow();
            throw e;
        }
    }

    private static Server configure(
            NettyServerBuilder builder, List<ServerServiceDefinition> services, Executor handlers) {
        builder.protocolNegotiator(new LargeFrames(InternalProtocolNegotiators.serverPlaintext()))
                .withChildOption(BulkOptions.RECEIVE_BUFFERS, BulkOptions.receiveBuffers())
                .flowControlWindow(BulkOptions.WINDOW_BYTES)
                .bossEventLoopGroup(EventLoops.SERVER)
                .workerEventLoopGroup(EventLoops.SERVER)
                .executor(handlers)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                // Clients ping every 10 s; without this they are told to go away.
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        services.forEach(builder::addService);
        return builder.build();
    }

    /** The port that is served. */
    public int port() {
        return tcp.getPort();
    }

    /** Stops taking calls, gives those under way two seconds, and ends. */
    @Override
    public void close() {
        all.forEach(Server::shutdown);
        try {
            for (Server server : all) {
                if (!server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                    server.shutdownNow().awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
                }
            }
        } catch (InterruptedException e) {
            all.forEach(Server::shutdownNow);
            Thread.currentThread().interrupt();
        }
    }
}
