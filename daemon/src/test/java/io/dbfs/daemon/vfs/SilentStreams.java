package io.dbfs.daemon.vfs;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/** Loses what leaders tell of changes, as a network does that is cut: nothing arrives, and nothing says so. */
final class SilentStreams implements ClientInterceptor {
    private volatile boolean silent;

    void begin() {
        silent = true;
    }

    /** New streams are heard again. */
    void end() {
        silent = false;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        ClientCall<Q, A> call = next.newCall(method, options);
        if (!method.getFullMethodName().contains("Changes/")) {
            return call;
        }
        return new SimpleForwardingClientCall<>(call) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                super.start(
                        new SimpleForwardingClientCallListener<>(listener) {
                            private boolean lost;

                            @Override
                            public void onMessage(A message) {
                                // A stream that lost one message is never right again.
                                lost |= silent;
                                if (!lost) {
                                    super.onMessage(message);
                                }
                            }
                        },
                        headers);
            }
        };
    }
}
