package io.dbfs.common.rpc;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A process's API port. Thread-safe. */
public final class RpcServer implements AutoCloseable {
    private static final long CLOSE_SECONDS = 2;
    private static final int MAX_MESSAGE_BYTES = 8 << 20;

    private final Server server;

    private RpcServer(Server server) {
        this.server = server;
    }

    /**
     * Serves on an address.
     *
     * @param bindAddress host:port; port 0 picks a free one
     * @param handlers runs the services' methods; a direct executor where none of them ever blocks
     * @throws IOException when the address cannot be bound
     */
    public static RpcServer start(String bindAddress, List<ServerServiceDefinition> services, Executor handlers)
            throws IOException {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        HostPort.parse(bindAddress).resolve())
                .channelType(EventLoops.serverChannelType())
                .bossEventLoopGroup(EventLoops.SERVER)
                .workerEventLoopGroup(EventLoops.SERVER)
                .executor(handlers)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                // Clients ping every 10 s; without this they are told to go away.
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        services.forEach(builder::addService);
        return new RpcServer(builder.build().start());
    }

    /** The port that is served. */
    public int port() {
        return server.getPort();
    }

    /** Stops taking calls, gives those under way two seconds, and ends. */
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow().awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
