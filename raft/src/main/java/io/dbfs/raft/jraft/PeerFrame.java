package io.dbfs.raft.jraft;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * A request to a peer or its reply, as it travels in an {@link AppendStream}.
 *
 * @param id what its sender knows the request by; the reply has the same
 */
record PeerFrame(long id, Message body) {

    /** Eight bytes of id, most significant first, and the body. */
    static final class Marshaller implements MethodDescriptor.Marshaller<PeerFrame> {
        private final Parser<? extends Message> parser;

        Marshaller(Message prototype) {
            this.parser = prototype.getParserForType();
        }

        @Override
        public InputStream stream(PeerFrame frame) {
            int length = frame.body().getSerializedSize();
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + length).putLong(frame.id());
            try {
                CodedOutputStream output = CodedOutputStream.newInstance(bytes.array(), Long.BYTES, length);
                frame.body().writeTo(output);
                output.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new ByteArrayInputStream(bytes.array());
        }

        @Override
        public PeerFrame parse(InputStream stream) {
            try {
                byte[] id = stream.readNBytes(Long.BYTES);
                CodedInputStream body = CodedInputStream.newInstance(stream);
                // The transport bounds a message already.
                body.setSizeLimit(Integer.MAX_VALUE);
                return new PeerFrame(ByteBuffer.wrap(id).getLong(), parser.parseFrom(body));
            } catch (IOException | RuntimeException e) {
                throw Status.INTERNAL
                        .withDescription("a peer's frame cannot be read")
                        .withCause(e)
                        .asRuntimeException();
            }
        }
    }
}
