package io.dbfs.common.wire;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One unary call at the server. */
final class UnaryServerCall<Q, A> extends ServerCall<Q, A> {
    private static final Logger LOG = LoggerFactory.getLogger(UnaryServerCall.class);

    private final MethodDescriptor<Q, A> method;
    private final WireConnection connection;
    private @Nullable Listener<Q> listener;
    private @Nullable A reply;
    private boolean ended;
    private boolean cancelled;

    UnaryServerCall(MethodDescriptor<Q, A> method, WireConnection connection) {
        this.method = method;
        this.connection = connection;
    }

    /** Runs the method. A fault of it is the call's end, as with gRPC. */
    void begin(Listener<Q> handler, Q request) {
        synchronized (this) {
            listener = handler;
        }
        try {
            handler.onReady();
            handler.onMessage(request);
            handler.onHalfClose();
        } catch (RuntimeException e) {
            LOG.warn("{} failed", method.getFullMethodName(), e);
            close(Status.fromThrowable(e), new Metadata());
        }
    }

    /** The client is gone, whether it has its reply or not. */
    void connectionEnded() {
        Listener<Q> handler;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            cancelled = true;
            handler = listener;
        }
        if (handler != null) {
            handler.onCancel();
        }
    }

    @Override
    public void request(int messages) {
        // There is one, and it is here.
    }

    @Override
    public void sendHeaders(Metadata headers) {
        // They would carry nothing.
    }

    @Override
    public synchronized void sendMessage(A message) {
        reply = message;
    }

    @Override
    public void close(Status status, Metadata trailers) {
        Listener<Q> handler;
        A message;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            handler = listener;
            message = reply;
        }
        send(status, message);
        if (handler != null) {
            handler.onComplete();
        }
    }

    private void send(Status status, @Nullable A message) {
        try {
            if (!status.isOk()) {
                connection.send(CallMessages.replyHeader(status));
            } else if (message == null) {
                connection.send(CallMessages.replyHeader(Status.INTERNAL.withDescription("no reply")));
            } else {
                ByteBuffer bytes = CallMessages.encode(message);
                if (bytes.remaining() > WireConnection.PAYLOAD_BYTES_MAX) {
                    connection.send(CallMessages.replyHeader(
                            Status.INTERNAL.withDescription("reply of " + bytes.remaining() + " bytes")));
                } else {
                    connection.send(CallMessages.replyHeader(Status.OK), bytes);
                }
            }
        } catch (IOException e) {
            // The client asks again; what it asked for is done only once.
            LOG.debug("reply to {}: {}", connection, e.toString());
            connection.close();
        }
    }

    @Override
    public synchronized boolean isCancelled() {
        return cancelled;
    }

    @Override
    public MethodDescriptor<Q, A> getMethodDescriptor() {
        return method;
    }
}
