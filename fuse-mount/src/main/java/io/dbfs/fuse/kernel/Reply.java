package io.dbfs.fuse.kernel;

import io.dbfs.common.Errno;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The answer to one request, written field by field and sent once. */
final class Reply {
    private final RequestMemory memory;
    private final Outlet outlet;
    private final ByteBuffer bytes;
    private long unique;
    private boolean sent;
    private @Nullable PendingRequest pending;

    Reply(RequestMemory memory, Outlet outlet) {
        this.memory = memory;
        this.outlet = outlet;
        this.bytes = memory.reply();
    }

    /** To a request that cannot be interrupted. */
    void begin(long requestUnique) {
        unique = requestUnique;
        pending = null;
        sent = false;
        bytes.clear().position(RequestMemory.REPLY_HEADER_BYTES);
    }

    /** To a request that others may answer first. */
    void begin(PendingRequest request) {
        begin(request.unique());
        pending = request;
    }

    /** The request as others see it, who may answer it first. */
    PendingRequest pending() {
        PendingRequest request = pending;
        if (request == null) {
            throw new IllegalStateException("request " + unique + " cannot be interrupted");
        }
        return request;
    }

    /** The request is answered later, without a payload, and not by this. */
    PendingRequest later() {
        PendingRequest request = pending;
        if (sent || request == null) {
            throw new IllegalStateException("request " + unique + " cannot be answered later");
        }
        sent = true;
        return request;
    }

    boolean isSent() {
        return sent;
    }

    Reply u16(int value) {
        bytes.putShort((short) value);
        return this;
    }

    Reply u32(int value) {
        bytes.putInt(value);
        return this;
    }

    Reply u64(long value) {
        bytes.putLong(value);
        return this;
    }

    Reply zeros(int count) {
        for (int i = 0; i < count; i++) {
            bytes.put((byte) 0);
        }
        return this;
    }

    Reply raw(byte[] data) {
        bytes.put(data);
        return this;
    }

    /** How many bytes of payload there are so far. */
    int payloadBytes() {
        return bytes.position() - RequestMemory.REPLY_HEADER_BYTES;
    }

    /** The place of the payload, for whoever fills it; {@link #filled} tells how much of it counts. */
    ByteBuffer payload(int length) {
        return bytes.slice(RequestMemory.REPLY_HEADER_BYTES, length);
    }

    Reply filled(int length) {
        bytes.position(RequestMemory.REPLY_HEADER_BYTES + length);
        return this;
    }

    /**
     * Sends what was written as success.
     *
     * @return false when the kernel no longer waits for it: what it would have taken over is to be undone
     */
    boolean send() {
        return transmit(0);
    }

    /** Sends a failure; what was written is dropped. */
    void error(Errno errno) {
        bytes.position(RequestMemory.REPLY_HEADER_BYTES);
        transmit(-errno.code());
    }

    private boolean transmit(int error) {
        if (sent) {
            throw new IllegalStateException("request " + unique + " is answered already");
        }
        sent = true;
        PendingRequest request = pending;
        if (request != null && !request.claim()) {
            return false;
        }
        int length = bytes.position();
        bytes.putInt(0, length).putInt(4, error).putLong(8, unique);
        return outlet.send(memory.replyAddress(), length);
    }
}
