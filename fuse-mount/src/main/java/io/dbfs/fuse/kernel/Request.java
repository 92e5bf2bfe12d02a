package io.dbfs.fuse.kernel;

import io.dbfs.common.Caller;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.HandleId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request, read field by field. Reading beyond its end is a {@link BufferUnderflowException}: it is malformed. */
final class Request {
    /** {@code struct fuse_in_header}. */
    static final int HEADER_BYTES = 40;

    private static final int OPCODE_AT = 4;

    private final ByteBuffer bytes;
    private int opcode;
    private long unique;
    private long node;
    private int uid;
    private int gid;
    private int pid;

    Request(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * Begins with a request of so many bytes, at its first field after the header.
     *
     * @throws BufferUnderflowException when it is not as long as it says
     */
    void begin(int length) {
        bytes.clear().limit(length);
        if (length < HEADER_BYTES) {
            throw new BufferUnderflowException();
        }
        int declared = u32();
        opcode = u32();
        unique = u64();
        node = u64();
        uid = u32();
        gid = u32();
        pid = u32();
        skip(4);
        if (declared != length) {
            throw new BufferUnderflowException();
        }
    }

    /** The opcode of a request of so many bytes, before it is read; null where it is not known. */
    @Nullable
    Opcode peekOpcode(int length) {
        return length < HEADER_BYTES ? null : Opcode.of(bytes.clear().getInt(OPCODE_AT));
    }

    /** The handle that a request of so many bytes begins with, before it is read. */
    Optional<HandleId> peekHandle(int length) {
        return length < HEADER_BYTES + Long.BYTES
                ? Optional.empty()
                : Optional.of(new HandleId(bytes.clear().getLong(HEADER_BYTES)));
    }

    int opcode() {
        return opcode;
    }

    long unique() {
        return unique;
    }

    long node() {
        return node;
    }

    InodeId inode() {
        return new InodeId(node);
    }

    Caller caller() {
        return new Caller(uid, gid, pid);
    }

    /** The caller, with the umask that comes next. Where the kernel has applied it, to do so again changes nothing. */
    Caller callerWithUmask() {
        return caller().withUmask(u32());
    }

    int u32() {
        return bytes.getInt();
    }

    long u64() {
        return bytes.getLong();
    }

    HandleId handle() {
        return new HandleId(u64());
    }

    int remaining() {
        return bytes.remaining();
    }

    void skip(int count) {
        if (count > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        bytes.position(bytes.position() + count);
    }

    /** A name, ended by NUL. */
    Name name() {
        return Name.of(text());
    }

    /** Bytes up to a NUL, which is skipped. */
    byte[] text() {
        int start = bytes.position();
        int end = start;
        while (end < bytes.limit() && bytes.get(end) != 0) {
            end++;
        }
        if (end == bytes.limit()) {
            throw new BufferUnderflowException();
        }
        byte[] text = new byte[end - start];
        bytes.get(text);
        skip(1);
        return text;
    }

    /** The next bytes in place: valid until the request is answered. */
    ByteBuffer data(int length) {
        if (length < 0 || length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer data = bytes.slice(bytes.position(), length);
        skip(length);
        return data;
    }
}
