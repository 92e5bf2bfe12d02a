package io.dbfs.common.bulk;

import io.grpc.Detachable;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Turns frames into gRPC messages and back. On the wire: 4 bytes header length (big endian), header, payload.
 *
 * <p>A received payload is handed on where the transport put it; only when the transport cannot lend its buffers is it
 * copied. A message that is not of this form fails its call with INVALID_ARGUMENT.
 */
public final class BulkMarshaller implements Marshaller<BulkFrame> {
    /** The one instance that {@link ChunkMethods} uses. */
    public static final BulkMarshaller INSTANCE = new BulkMarshaller();

    static final int HEADER_LENGTH_BYTES = 4;
    static final int MAX_HEADER_BYTES = 64 * 1024;
    static final int MAX_PAYLOAD_BYTES = 1024 * 1024;

    private final AtomicInteger borrowed = new AtomicInteger();

    BulkMarshaller() {}

    /** Received frames that hold transport memory now: a gauge, back at 0 when nothing is under way and nothing leaks. */
    public int borrowedFrames() {
        return borrowed.get();
    }

    @Override
    public InputStream stream(BulkFrame frame) {
        return new BulkFrameStream(frame);
    }

    @Override
    public BulkFrame parse(InputStream message) {
        try {
            byte[] header = readHeader(message);
            if (canLend(message)) {
                return borrow(header, ((Detachable) message).detach());
            }
            return copy(header, message);
        } catch (IOException e) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("bulk frame: " + e.getMessage())
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    private static byte[] readHeader(InputStream message) throws IOException {
        byte[] prefix = message.readNBytes(HEADER_LENGTH_BYTES);
        if (prefix.length < HEADER_LENGTH_BYTES) {
            throw new IOException("message of " + prefix.length + " bytes (expected: >= " + HEADER_LENGTH_BYTES + ")");
        }
        int length = ByteBuffer.wrap(prefix).getInt();
        if (length < 0 || length > MAX_HEADER_BYTES) {
            throw new IOException("header length: " + length + " (expected: 0 to " + MAX_HEADER_BYTES + ")");
        }
        byte[] header = message.readNBytes(length);
        if (header.length < length) {
            throw new IOException("header cut at " + header.length + " bytes (expected: " + length + ")");
        }
        return header;
    }

    /** False for a few messages even where the transport usually can: what it received then lies in buffers it cannot show. */
    private static boolean canLend(InputStream message) {
        return message instanceof KnownLength
                && message instanceof Detachable
                && message instanceof HasByteBuffer lender
                && lender.byteBufferSupported();
    }

    private BulkFrame borrow(byte[] header, InputStream detached) throws IOException {
        try {
            List<ByteBuffer> payload = view(detached);
            borrowed.incrementAndGet();
            return new BulkFrame(header, payload, new FrameMemory(() -> giveBack(detached)));
        } catch (IOException | RuntimeException e) {
            detached.close();
            throw e;
        }
    }

    private static List<ByteBuffer> view(InputStream detached) throws IOException {
        int length = requirePayloadLength(detached.available());
        // Skipping past a buffer would release it; a mark keeps all of them until close().
        detached.mark(length);
        List<ByteBuffer> pieces = new ArrayList<>();
        int seen = 0;
        while (seen < length) {
            ByteBuffer piece = ((HasByteBuffer) detached).getByteBuffer();
            if (piece == null || !piece.hasRemaining()) {
                throw new IOException("payload ends at " + seen + " bytes (expected: " + length + ")");
            }
            pieces.add(piece);
            seen += piece.remaining();
            detached.skipNBytes(piece.remaining());
        }
        return List.copyOf(pieces);
    }

    private static BulkFrame copy(byte[] header, InputStream message) throws IOException {
        byte[] payload = message.readNBytes(MAX_PAYLOAD_BYTES + 1);
        requirePayloadLength(payload.length);
        return new BulkFrame(header, List.of(ByteBuffer.wrap(payload)), new FrameMemory(() -> {}));
    }

    private static int requirePayloadLength(int length) throws IOException {
        if (length > MAX_PAYLOAD_BYTES) {
            throw new IOException("payload of " + length + " bytes (expected: <= " + MAX_PAYLOAD_BYTES + ")");
        }
        return length;
    }

    private void giveBack(InputStream detached) {
        borrowed.decrementAndGet();
        try {
            detached.close();
        } catch (IOException e) {
            // In memory, so it cannot fail; if it does, the frame's owner must not go on as if it had let go.
            throw new UncheckedIOException(e);
        }
    }
}
