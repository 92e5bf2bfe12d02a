package io.dbfs.common.rpc;

import io.dbfs.common.wire.CallService;
import io.dbfs.common.wire.WireServer;
import io.dbfs.common.wire.WireService;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A process's API port, for gRPC, and what it serves at its port for the wire protocol. Thread-safe. */
public final class RpcServer implements AutoCloseable {
    private static final long CLOSE_SECONDS = 2;
    private static final int MAX_MESSAGE_BYTES = 8 << 20;

    private final Server api;
    private final Runnable endWire;

    private RpcServer(Server api, Runnable endWire) {
        this.api = api;
        this.endWire = endWire;
    }

    /** {@link #start(String, List, List, Executor)} with nothing but calls on the wire. */
    public static RpcServer start(String bindAddress, List<ServerServiceDefinition> services, Executor handlers)
            throws IOException {
        return start(bindAddress, services, List.of(), handlers);
    }

    /** Serves on an address, and on the wire at a free port of the same host. */
    public static RpcServer start(
            String bindAddress,
            List<ServerServiceDefinition> services,
            List<WireService> wireServices,
            Executor handlers)
            throws IOException {
        InetSocketAddress bind = HostPort.parse(bindAddress).resolve();
        WireServer wire = WireServer.start(new InetSocketAddress(bind.getAddress(), 0), List.of());
        return start(bindAddress, services, withCalls(wireServices, services), wire, wire::close, handlers);
    }

    /**
     * Serves on an address.
     *
     * @param bindAddress host:port; port 0 picks a free one
     * @param services served by gRPC; their unary methods on the wire as well, there on a thread of the connection's own
     * @param wireServices what else is served on the wire
     * @param wire the process's; serves the API until this server is closed
     * @param handlers runs the services' methods for gRPC; a direct executor where none of them ever blocks
     * @throws BindException when the address cannot be bound; its message is the address
     */
    public static RpcServer start(
            String bindAddress,
            List<ServerServiceDefinition> services,
            List<WireService> wireServices,
            WireServer wire,
            Executor handlers)
            throws IOException {
        List<WireService> all = withCalls(wireServices, services);
        return start(bindAddress, services, all, wire, () -> all.forEach(wire::remove), handlers);
    }

    private static List<WireService> withCalls(List<WireService> wireServices, List<ServerServiceDefinition> services) {
        List<WireService> all = new ArrayList<>(wireServices);
        all.add(new CallService(services));
        return all;
    }

    private static RpcServer start(
            String bindAddress,
            List<ServerServiceDefinition> services,
            List<WireService> wireServices,
            WireServer wire,
            Runnable endWire,
            Executor handlers)
            throws IOException {
        try {
            wireServices.forEach(wire::add);
            return new RpcServer(startApi(bindAddress, services, wire.port(), handlers), endWire);
        } catch (IOException | RuntimeException e) {
            endWire.run();
            throw e;
        }
    }

    private static Server startApi(
            String bindAddress, List<ServerServiceDefinition> services, int wirePort, Executor handlers)
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
                .permitKeepAliveWithoutCalls(true)
                .addService(new WireDescription(wirePort));
        services.forEach(builder::addService);
        try {
            return builder.build().start();
        } catch (IOException e) {
            // gRPC says neither what kind of failure it was nor, in a form to rely on, where.
            BindException failure = new BindException(bindAddress);
            failure.initCause(e);
            throw failure;
        }
    }

    /** The API port that is served. */
    public int port() {
        return api.getPort();
    }

    /** Stops taking calls, gives those under way two seconds, and ends. */
    @Override
    public void close() {
        api.shutdown();
        endWire.run();
        try {
            if (!api.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                api.shutdownNow().awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            api.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
