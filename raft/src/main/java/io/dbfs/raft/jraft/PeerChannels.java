package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.util.Endpoint;
import io.dbfs.raft.Proposal;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.util.MutableHandlerRegistry;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * How replicas connect to each other. They do not share the network threads of the API, so that bulk data there delays
 * no heartbeat here.
 */
final class PeerChannels {
    /** JRaft may put a large command behind small ones. */
    private static final int MESSAGE_BYTES_MAX = 2 * Proposal.COMMAND_BYTES_MAX;

    private static final long KEEPALIVE_SECONDS = 10;
    private static final long KEEPALIVE_TIMEOUT_SECONDS = 3;
    private static final long KEEPALIVE_PERMITTED_SECONDS = 5;

    private PeerChannels() {}

    static ManagedChannel connect(Endpoint endpoint) {
        return NettyChannelBuilder.forAddress(endpoint.getIp(), endpoint.getPort())
                .usePlaintext()
                .directExecutor()
                .disableRetry()
                .proxyDetector(ignored -> null)
                .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEPALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(true)
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .build();
    }

    /** A server, not yet started, on the endpoint's own address alone. */
    static Server server(Endpoint endpoint, MutableHandlerRegistry handlers) {
        return NettyServerBuilder.forAddress(new InetSocketAddress(endpoint.getIp(), endpoint.getPort()))
                .fallbackHandlerRegistry(handlers)
                .directExecutor()
                .permitKeepAliveTime(KEEPALIVE_PERMITTED_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .build();
    }
}
