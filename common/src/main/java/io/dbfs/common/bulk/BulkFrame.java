package io.dbfs.common.bulk;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One bulk message: a small protobuf header and a payload that stays where it is, in the sender's buffers or in the
 * transport's.
 *
 * <p>A received frame may hold transport memory, so whoever has a frame owns it and closes it exactly once, after which
 * its payload must not be touched: {@link #payload} then throws. Sending a frame gives it away: gRPC closes it when the
 * bytes are on their way. {@link #share} makes a second owner. A frame may pass between threads, but is used by one at a
 * time.
 */
public final class BulkFrame implements AutoCloseable {
    private final byte[] header;
    private final List<ByteBuffer> payload;
    private final int payloadBytes;
    private final FrameMemory memory;
    private final AtomicBoolean closed = new AtomicBoolean();

    BulkFrame(byte[] header, List<ByteBuffer> payload, FrameMemory memory) {
        this.header = header;
        this.payload = payload;
        this.memory = memory;
        this.payloadBytes = remaining(payload);
    }

    /**
     * A frame to send. The bytes between the payload's position and limit are not copied: they must stay untouched
     * until the frame is closed.
     */
    public static BulkFrame of(MessageLite header, ByteBuffer payload) {
        return of(header, List.of(payload), () -> {});
    }

    /** A frame to send without a payload. */
    public static BulkFrame of(MessageLite header) {
        return of(header, List.of(), () -> {});
    }

    /** A frame to send, whose payload lies in several pieces; {@code released} runs once, when no owner is left. */
    public static BulkFrame of(MessageLite header, List<ByteBuffer> payload, Runnable released) {
        return new BulkFrame(header.toByteArray(), List.copyOf(payload), new FrameMemory(released));
    }

    /** The header. Fails when the bytes are not a message of that type. */
    public <M extends MessageLite> M header(Parser<M> parser) throws InvalidProtocolBufferException {
        return parser.parseFrom(header);
    }

    /**
     * The payload's pieces, in order, each with a position and limit of its own.
     *
     * @throws IllegalStateException when the frame was closed
     */
    public List<ByteBuffer> payload() {
        requireOpen();
        return payload.stream().map(ByteBuffer::duplicate).toList();
    }

    /** Length of the payload in bytes. */
    public int payloadBytes() {
        return payloadBytes;
    }

    /** A second owner of the same bytes under another header: both frames are to be closed. */
    public BulkFrame share(MessageLite newHeader) {
        return share(newHeader.toByteArray());
    }

    /** A second owner of the same header and bytes: both frames are to be closed. */
    public BulkFrame share() {
        return share(header);
    }

    private BulkFrame share(byte[] sharedHeader) {
        requireOpen();
        memory.retain();
        return new BulkFrame(sharedHeader, payload, memory);
    }

    /** Lets go of the payload. Closing twice has no effect. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            memory.release();
        }
    }

    byte[] headerBytes() {
        return header;
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("bulk frame: closed (expected: open)");
        }
    }

    private static int remaining(List<ByteBuffer> buffers) {
        int sum = 0;
        for (ByteBuffer buffer : buffers) {
            sum += buffer.remaining();
        }
        return sum;
    }
}
