package io.dbfs.common.wire;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One unary call at the client, which runs within {@link #halfClose}. {@link #cancel} from another thread ends it early.
 */
final class UnaryClientCall<Q, A> extends ClientCall<Q, A> {
    private final WirePool pool;
    private final String address;
    private final MethodDescriptor<Q, A> method;
    private final Duration timeout;
    private @Nullable Listener<A> listener;
    private @Nullable Q request;
    private volatile boolean cancelled;
    private volatile WirePool.@Nullable Lent lent;

    UnaryClientCall(WirePool pool, String address, MethodDescriptor<Q, A> method, long timeoutNanos) {
        this.pool = pool;
        this.address = address;
        this.method = method;
        this.timeout = Duration.ofNanos(timeoutNanos);
    }

    @Override
    public void start(Listener<A> responses, Metadata headers) {
        listener = responses;
    }

    @Override
    public void request(int messages) {
        // The reply is taken as it comes.
    }

    @Override
    public void sendMessage(Q message) {
        request = message;
    }

    @Override
    public void halfClose() {
        Listener<A> responses = Objects.requireNonNull(listener, "listener");
        ByteBuffer bytes = CallMessages.encode(Objects.requireNonNull(request, "request"));
        try {
            Reply reply = exchange(bytes);
            if (reply.status().isOk()) {
                responses.onMessage(CallMessages.decode(method.getResponseMarshaller(), reply.message()));
            }
            responses.onClose(reply.status(), new Metadata());
        } catch (IOException e) {
            responses.onClose(statusOf(e), new Metadata());
        }
    }

    private record Reply(Status status, byte[] message) {}

    private Reply exchange(ByteBuffer message) throws IOException {
        WirePool.Lent connection = pool.lend(address, WireKind.CALLS);
        WireDeadline deadline = connection.connection().within(timeout);
        try (deadline) {
            return exchangeInTime(connection, message);
        } catch (IOException e) {
            connection.discard();
            if (deadline.hasPassed()) {
                throw deadline.exception();
            }
            throw e;
        }
    }

    private Reply exchangeInTime(WirePool.Lent connection, ByteBuffer message) throws IOException {
        lent = connection;
        if (cancelled) {
            throw new IOException("cancelled");
        }
        connection.connection().send(CallMessages.requestHeader(method), message);
        byte[] header = connection.connection().receive();
        if (header == null) {
            throw new EOFException("the peer ended the connection");
        }
        Reply reply = new Reply(CallMessages.statusOf(header), CallMessages.receivePayload(connection.connection()));
        lent = null;
        if (cancelled) {
            connection.discard();
        } else {
            pool.giveBack(connection);
        }
        return reply;
    }

    private Status statusOf(IOException failure) {
        if (cancelled || failure instanceof ClosedByInterruptException) {
            return Status.CANCELLED.withDescription("given up").withCause(failure);
        }
        Status status = failure instanceof SocketTimeoutException ? Status.DEADLINE_EXCEEDED : Status.UNAVAILABLE;
        return status.withDescription(address + ": " + failure.getMessage()).withCause(failure);
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
        cancelled = true;
        WirePool.Lent current = lent;
        if (current != null) {
            current.discard();
        }
    }
}
