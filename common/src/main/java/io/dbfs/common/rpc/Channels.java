package io.dbfs.common.rpc;

import io.dbfs.common.wire.WireChannel;
import io.dbfs.common.wire.WirePool;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/**
 * This process's connections to others, made when first used and shared from then on. Thread-safe.
 *
 * <p>What is called often and waited for goes over the wire protocol, and so do chunk bytes; gRPC's own connections carry
 * streams, and what is rare or is not waited for.
 */
public final class Channels implements AutoCloseable {
    private static final long KEEPALIVE_SECONDS = 10;
    private static final long KEEPALIVE_TIMEOUT_SECONDS = 3;
    private static final int MAX_MESSAGE_BYTES = 8 << 20;
    private static final long CLOSE_SECONDS = 5;

    private final ConcurrentMap<String, ManagedChannel> control = new ConcurrentHashMap<>();
    private final WirePool wire = new WirePool(new DescribedPorts(this::connected), System::nanoTime);
    private final List<ClientInterceptor> interceptors;

    /** Channels whose calls pass these interceptors, the first one outermost. */
    public Channels(ClientInterceptor... interceptors) {
        this.interceptors = List.of(interceptors);
    }

    /** For calls whose callbacks run on network threads, which must not block. {@code address} is host:port. */
    public Channel control(String address) {
        return intercepted(connected(address));
    }

    /** For calls that their caller waits for: they block it. {@code address} is host:port. */
    public Channel calls(String address) {
        return intercepted(new WireChannel(wire, address, connected(address)));
    }

    /** For chunk bytes. */
    public WirePool wire() {
        return wire;
    }

    /** The peer is known to be alive again: reconnects at once instead of after the back-off. */
    public void resetBackoff(String address) {
        ManagedChannel channel = control.get(address);
        if (channel != null) {
            channel.resetConnectBackoff();
        }
    }

    private ManagedChannel connected(String address) {
        return control.computeIfAbsent(address, Channels::connect);
    }

    private Channel intercepted(Channel channel) {
        return interceptors.isEmpty() ? channel : ClientInterceptors.interceptForward(channel, interceptors);
    }

    private static ManagedChannel connect(String address) {
        HostPort target = HostPort.parse(address);
        return NettyChannelBuilder.forAddress(target.host(), target.port())
                .channelType(EventLoops.clientChannelType())
                .usePlaintext()
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
                .idleTimeout(1, TimeUnit.DAYS)
                .build();
    }

    /** Ends every connection; calls under way fail. */
    @Override
    public void close() {
        wire.close();
        List<ManagedChannel> all = List.copyOf(control.values());
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
