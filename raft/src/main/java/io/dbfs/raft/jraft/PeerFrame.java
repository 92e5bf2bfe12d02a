package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.dbfs.common.wire.WireConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A request to a peer or its reply, as it travels: a header of eight bytes of id, most significant first, and the code of
 * its {@link PeerCall}, which is 0 for an error in place of the reply; then the message.
 *
 * @param id what its sender knows the request by; the reply has the same
 */
record PeerFrame(long id, byte code, byte[] body) {
    private static final byte ERROR = 0;
    private static final int HEADER_BYTES = Long.BYTES + 1;

    static PeerFrame reply(long id, PeerCall call, Message message) {
        boolean isError = message instanceof ErrorResponse && !(call.reply() instanceof ErrorResponse);
        return new PeerFrame(id, isError ? ERROR : call.code(), encode(message));
    }

    /**
     * Waits for the next.
     *
     * @return null when the peer ended the connection
     */
    static @Nullable PeerFrame receive(WireConnection connection) throws IOException {
        byte[] header = connection.receive();
        if (header == null) {
            return null;
        }
        if (header.length != HEADER_BYTES) {
            throw new IOException("header of " + header.length + " bytes (expected: " + HEADER_BYTES + ")");
        }
        byte[] body = new byte[connection.payloadBytes()];
        connection.receivePayload(ByteBuffer.wrap(body));
        return new PeerFrame(ByteBuffer.wrap(header).getLong(), header[Long.BYTES], body);
    }

    void send(WireConnection connection) throws IOException {
        byte[] header = ByteBuffer.allocate(HEADER_BYTES).putLong(id).put(code).array();
        connection.send(header, ByteBuffer.wrap(body));
    }

    /** What is asked. */
    PeerCall call() throws IOException {
        return PeerCall.ofCode(code).orElseThrow(() -> new IOException("call: " + code + " (expected: a known one)"));
    }

    Message requestTo(PeerCall call) throws IOException {
        return call.request().getParserForType().parseFrom(body);
    }

    /** The reply, or the error in its place. */
    Message replyTo(PeerCall call) throws IOException {
        if (code == ERROR) {
            return ErrorResponse.parseFrom(body);
        }
        if (code != call.code()) {
            throw new IOException("reply: " + code + " (expected: " + call.code() + " or " + ERROR + ")");
        }
        return call.reply().getParserForType().parseFrom(body);
    }

    static byte[] encode(Message message) {
        byte[] bytes = new byte[message.getSerializedSize()];
        try {
            message.writeTo(CodedOutputStream.newInstance(bytes));
        } catch (IOException e) {
            // The array is as long as the message says it is.
            throw new UncheckedIOException(e);
        }
        return bytes;
    }
}
