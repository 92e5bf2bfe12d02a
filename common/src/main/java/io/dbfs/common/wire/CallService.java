package io.dbfs.common.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Serves the unary methods of gRPC services. A method runs on its connection's thread; whichever thread ends the call sends
 * the reply. Thread-safe.
 */
public final class CallService implements WireService {
    private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();

    public CallService(Collection<ServerServiceDefinition> services) {
        for (ServerServiceDefinition service : services) {
            for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
                if (method.getMethodDescriptor().getType() == MethodType.UNARY) {
                    methods.put(method.getMethodDescriptor().getFullMethodName(), method);
                }
            }
        }
    }

    @Override
    public WireKind kind() {
        return WireKind.CALLS;
    }

    @Override
    public void serve(WireConnection connection) throws IOException {
        UnaryServerCall<?, ?> last = null;
        try {
            for (byte[] header = connection.receive(); header != null; header = connection.receive()) {
                String name = CallMessages.methodOf(header);
                ServerMethodDefinition<?, ?> method = methods.get(name);
                byte[] request = CallMessages.receivePayload(connection);
                if (method == null) {
                    connection.send(CallMessages.replyHeader(Status.UNIMPLEMENTED.withDescription("method " + name)));
                } else {
                    last = start(method, connection, request);
                }
            }
        } finally {
            if (last != null) {
                last.connectionEnded();
            }
        }
    }

    private static <Q, A> UnaryServerCall<Q, A> start(
            ServerMethodDefinition<Q, A> method, WireConnection connection, byte[] request) throws IOException {
        UnaryServerCall<Q, A> call = new UnaryServerCall<>(method.getMethodDescriptor(), connection);
        Q message;
        try {
            message = CallMessages.decode(method.getMethodDescriptor().getRequestMarshaller(), request);
        } catch (InvalidProtocolBufferException e) {
            call.close(Status.INVALID_ARGUMENT.withDescription(e.getMessage()), new Metadata());
            return call;
        }
        ServerCall.Listener<Q> listener = method.getServerCallHandler().startCall(call, new Metadata());
        call.begin(listener, message);
        return call;
    }
}
