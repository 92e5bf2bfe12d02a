package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.rpc.Connection;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.impl.ConnectionClosedEventListener;
import com.alipay.sofa.jraft.rpc.impl.ConnectionInterceptor;
import com.alipay.sofa.jraft.rpc.impl.GrpcServer;
import com.alipay.sofa.jraft.rpc.impl.MarshallerRegistry;
import com.alipay.sofa.jraft.rpc.impl.RemoteAddressInterceptor;
import com.google.protobuf.Message;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.grpc.util.MutableHandlerRegistry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** JRaft's server, which takes log entries as a stream as well. */
final class PeerServer extends GrpcServer {
    private final Server server;
    private final MutableHandlerRegistry handlers;
    private final List<ConnectionClosedEventListener> closedListeners = new CopyOnWriteArrayList<>();

    PeerServer(
            Server server,
            MutableHandlerRegistry handlers,
            Map<String, Message> requests,
            MarshallerRegistry marshallers) {
        super(server, handlers, requests, marshallers);
        this.server = server;
        this.handlers = handlers;
    }

    @Override
    public void registerConnectionClosedEventListener(ConnectionClosedEventListener listener) {
        super.registerConnectionClosedEventListener(listener);
        closedListeners.add(listener);
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"}) // JRaft's declaration; the interest names the type.
    public void registerProcessor(RpcProcessor processor) {
        super.registerProcessor(processor);
        if (processor.interest().equals(AppendEntriesRequest.class.getName())) {
            acceptStreams((RpcProcessor<AppendEntriesRequest>) processor);
        }
    }

    private void acceptStreams(RpcProcessor<AppendEntriesRequest> processor) {
        ServerServiceDefinition service = ServerServiceDefinition.builder(
                        Objects.requireNonNull(AppendStream.METHOD.getServiceName()))
                .addMethod(
                        AppendStream.METHOD,
                        ServerCalls.asyncBidiStreamingCall(replies -> receiver(processor, replies)))
                .build();
        handlers.addService(
                ServerInterceptors.intercept(service, new RemoteAddressInterceptor(), new ConnectionInterceptor()));
    }

    private StreamObserver<PeerFrame> receiver(
            RpcProcessor<AppendEntriesRequest> processor, StreamObserver<PeerFrame> replies) {
        Connection connection = ConnectionInterceptor.getCurrentConnection(closedListeners);
        if (connection == null) {
            throw Status.INTERNAL.withDescription("call without a connection").asRuntimeException();
        }
        return new AppendReceiver(
                processor, replies, connection, String.valueOf(RemoteAddressInterceptor.getRemoteAddress()));
    }

    @Override
    public void shutdown() {
        // JRaft ends its threads first, and what still comes in then has none.
        server.shutdownNow();
        super.shutdown();
    }
}
