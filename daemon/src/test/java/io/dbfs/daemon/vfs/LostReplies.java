package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.AllocateReply;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.Refusal;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicInteger;

/** Loses replies of operations that the server carried out, or has operations refused. Thread-safe. */
final class LostReplies implements ClientInterceptor {
    private final AtomicInteger executed = new AtomicInteger();
    private volatile int period;
    private volatile String refusedMethod = "";
    private volatile Errno refusal = Errno.EIO;

    /** Every {@code count}th reply to an operation is lost from now on; 0: none. */
    void loseEvery(int count) {
        period = count;
    }

    /** Calls of this method are answered with {@code errno} from now on, as if the server refused; "": none. */
    void refuse(String method, Errno errno) {
        refusal = errno;
        refusedMethod = method;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        ClientCall<Q, A> call = next.newCall(method, options);
        if (!refusedMethod.isEmpty() && method.getFullMethodName().endsWith(refusedMethod)) {
            return replaced(call);
        }
        boolean lose = period > 0
                && method.getFullMethodName().endsWith("/Execute")
                && executed.incrementAndGet() % period == 0;
        return lose ? lost(call) : call;
    }

    private static <Q, A> ClientCall<Q, A> lost(ClientCall<Q, A> call) {
        return new SimpleForwardingClientCall<>(call) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                super.start(
                        new SimpleForwardingClientCallListener<>(listener) {
                            @Override
                            public void onMessage(A message) {
                                // Carried out, and nobody hears of it.
                            }

                            @Override
                            public void onClose(Status status, Metadata trailers) {
                                super.onClose(Status.UNAVAILABLE.withDescription("reply lost by the test"), trailers);
                            }
                        },
                        headers);
            }
        };
    }

    private <Q, A> ClientCall<Q, A> replaced(ClientCall<Q, A> call) {
        return new SimpleForwardingClientCall<>(call) {
            @Override
            public void sendMessage(Q message) {
                // The server gets a request without an operation, which it refuses in its own way.
                @SuppressWarnings("unchecked")
                Q empty = (Q) ContentsOperation.getDefaultInstance();
                super.sendMessage(message instanceof ContentsOperation ? empty : message);
            }

            @Override
            public void start(Listener<A> listener, Metadata headers) {
                super.start(
                        new SimpleForwardingClientCallListener<>(listener) {
                            @Override
                            @SuppressWarnings("unchecked")
                            public void onMessage(A message) {
                                Refusal refused = Refusals.of(refusal, "refused by the test");
                                super.onMessage((A)
                                        (message instanceof AllocateReply
                                                ? AllocateReply.newBuilder()
                                                        .setRefusal(refused)
                                                        .build()
                                                : ContentsOutcome.newBuilder()
                                                        .setRefusal(refused)
                                                        .build()));
                            }
                        },
                        headers);
            }
        };
    }
}
