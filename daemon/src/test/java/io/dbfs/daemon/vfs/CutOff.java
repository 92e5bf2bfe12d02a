package io.dbfs.daemon.vfs;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** Takes a mount off the network and puts it back. */
final class CutOff implements ClientInterceptor {
    private volatile boolean cut;

    void cut() {
        cut = true;
    }

    void mend() {
        cut = false;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        ClientCall<Q, A> call = next.newCall(method, options);
        return cut ? unreachable(call) : call;
    }

    private static <Q, A> ClientCall<Q, A> unreachable(ClientCall<Q, A> call) {
        return new SimpleForwardingClientCall<>(call) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                listener.onClose(Status.UNAVAILABLE.withDescription("cut off by the test"), new Metadata());
            }

            @Override
            public void request(int count) {
                // Nothing comes.
            }

            @Override
            public void sendMessage(Q message) {
                // Nothing goes.
            }

            @Override
            public void halfClose() {
                // It never began.
            }

            @Override
            public void cancel(String message, Throwable cause) {
                // It never began.
            }
        };
    }
}
