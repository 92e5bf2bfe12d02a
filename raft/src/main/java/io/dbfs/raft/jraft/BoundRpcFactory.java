package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcServer;
import com.alipay.sofa.jraft.rpc.impl.GrpcRaftRpcFactory;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.SPI;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.util.MutableHandlerRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * JRaft's gRPC transport on connections of ours, with log entries as a stream instead of a call each. Its server listens on the member's own address alone, where JRaft's
 * listens on every one. Public for JRaft, which finds it as a service.
 */
@SPI(priority = 2)
public final class BoundRpcFactory extends GrpcRaftRpcFactory {
    /** What JRaft's server calls the one method of each of its services. */
    private static final String METHOD = "_call";

    private final Map<String, Message> requests = new ConcurrentHashMap<>();

    @Override
    public void registerProtobufSerializer(String className, Object... arguments) {
        super.registerProtobufSerializer(className, arguments);
        requests.put(className, (Message) arguments[0]);
    }

    @Override
    public RpcClient createRpcClient(ConfigHelper<RpcClient> helper) {
        return new PeerClient(this::methodOf);
    }

    @Override
    public RpcServer createRpcServer(Endpoint endpoint, ConfigHelper<RpcServer> helper) {
        MutableHandlerRegistry handlers = new MutableHandlerRegistry();
        Server server = PeerChannels.server(endpoint, handlers);
        return new PeerServer(server, handlers, requests, getMarshallerRegistry());
    }

    private MethodDescriptor<Message, Message> methodOf(String requestClass) {
        Message request = requests.get(requestClass);
        if (request == null) {
            throw new IllegalArgumentException("request: " + requestClass + " (expected: one that JRaft registered)");
        }
        return MethodDescriptor.<Message, Message>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(requestClass, METHOD))
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(
                        ProtoUtils.marshaller(getMarshallerRegistry().findResponseInstanceByRequest(requestClass)))
                .build();
    }
}
