package io.dbfs.daemon.vfs;

import io.dbfs.proto.SyncChunksRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.MethodDescriptor;

/** A node that does not answer when it is to make chunks durable, as if its disk hung. Thread-safe. */
final class SilentNode implements ClientInterceptor {
    private volatile int silent;

    /** From now on this node is silent; 0: none. */
    void silence(int node) {
        silent = node;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            private boolean dropped;

            @Override
            public void sendMessage(Q message) {
                dropped = message instanceof SyncChunksRequest request && request.getNodeId() == silent;
                if (!dropped) {
                    super.sendMessage(message);
                }
            }

            @Override
            public void halfClose() {
                if (!dropped) {
                    super.halfClose();
                }
            }
        };
    }
}
