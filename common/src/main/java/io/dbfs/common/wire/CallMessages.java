package io.dbfs.common.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * How calls travel. A request's header is the method's full name, a reply's the status code in one byte and its description;
 * the payload is the message.
 */
final class CallMessages {
    private CallMessages() {}

    static byte[] requestHeader(MethodDescriptor<?, ?> method) {
        return method.getFullMethodName().getBytes(StandardCharsets.UTF_8);
    }

    static String methodOf(byte[] requestHeader) {
        return new String(requestHeader, StandardCharsets.UTF_8);
    }

    static byte[] replyHeader(Status status) {
        String description = status.getDescription();
        byte[] text = description == null ? new byte[0] : description.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, WireConnection.HEADER_BYTES_MAX - 1);
        return ByteBuffer.allocate(1 + length)
                .put((byte) status.getCode().value())
                .put(text, 0, length)
                .array();
    }

    static Status statusOf(byte[] replyHeader) {
        if (replyHeader.length == 0) {
            return Status.INTERNAL.withDescription("reply without a status");
        }
        Status status = Status.fromCodeValue(replyHeader[0]);
        return replyHeader.length == 1
                ? status
                : status.withDescription(new String(replyHeader, 1, replyHeader.length - 1, StandardCharsets.UTF_8));
    }

    static ByteBuffer encode(Object message) {
        MessageLite known = (MessageLite) message;
        byte[] bytes = new byte[known.getSerializedSize()];
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        try {
            known.writeTo(output);
        } catch (IOException e) {
            // The array is as long as the message says it is.
            throw new UncheckedIOException(e);
        }
        return ByteBuffer.wrap(bytes);
    }

    @SuppressWarnings("unchecked") // The marshaller's prototype is of its type.
    static <M> M decode(MethodDescriptor.Marshaller<M> marshaller, byte[] bytes) throws InvalidProtocolBufferException {
        MessageLite prototype =
                (MessageLite) ((MethodDescriptor.PrototypeMarshaller<M>) marshaller).getMessagePrototype();
        return (M) prototype.getParserForType().parseFrom(bytes);
    }

    static byte[] receivePayload(WireConnection connection) throws IOException {
        byte[] bytes = new byte[connection.payloadBytes()];
        connection.receivePayload(ByteBuffer.wrap(bytes));
        return bytes;
    }
}
