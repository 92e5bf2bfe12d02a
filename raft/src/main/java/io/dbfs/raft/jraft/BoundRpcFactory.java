package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.rpc.RpcServer;
import com.alipay.sofa.jraft.rpc.impl.GrpcRaftRpcFactory;
import com.alipay.sofa.jraft.rpc.impl.GrpcServer;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.SPI;
import com.google.protobuf.Message;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.util.MutableHandlerRegistry;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * JRaft's gRPC transport with a server that listens on the member's own address alone, where JRaft's listens on every
 * one. Public for JRaft, which finds it as a service.
 */
@SPI(priority = 2)
public final class BoundRpcFactory extends GrpcRaftRpcFactory {
    /** Above the largest command with its envelope. */
    private static final int MESSAGE_BYTES_MAX = 16 << 20;

    private final Map<String, Message> parsers = new ConcurrentHashMap<>();

    @Override
    public void registerProtobufSerializer(String className, Object... arguments) {
        super.registerProtobufSerializer(className, arguments);
        parsers.put(className, (Message) arguments[0]);
    }

    @Override
    public RpcServer createRpcServer(Endpoint endpoint, ConfigHelper<RpcServer> helper) {
        MutableHandlerRegistry handlers = new MutableHandlerRegistry();
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(endpoint.getIp(), endpoint.getPort()))
                .fallbackHandlerRegistry(handlers)
                .directExecutor()
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .build();
        return new GrpcServer(server, handlers, parsers, getMarshallerRegistry());
    }
}
