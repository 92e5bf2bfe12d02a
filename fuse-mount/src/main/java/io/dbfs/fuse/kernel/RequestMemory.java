package io.dbfs.fuse.kernel;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory of one thread for one request at a time. A request begins at 0; its reply is written over it, with the
 * payload at a page's start and the header right before it, so that one write(2) sends both without a copy. A handler
 * has taken what it needs of the request before it writes a reply.
 */
final class RequestMemory implements AutoCloseable {
    /** The largest write or read in one request. */
    static final int MAX_DATA_BYTES = 1 << 20;

    static final int PAGE_BYTES = 4096;

    /** {@code struct fuse_out_header}. */
    static final int REPLY_HEADER_BYTES = 16;

    private static final int REPLY_START = PAGE_BYTES - REPLY_HEADER_BYTES;
    private static final int SIZE_BYTES = MAX_DATA_BYTES + 2 * PAGE_BYTES;

    /** Not cleared: pages that no request ever needs take no memory. */
    private final long allocated = MemoryIO.getInstance().allocateMemory(SIZE_BYTES + PAGE_BYTES, false);

    private final long address = (allocated + PAGE_BYTES - 1) & -PAGE_BYTES;
    private final ByteBuffer memory =
            MemoryIO.getInstance().newDirectByteBuffer(address, SIZE_BYTES).order(ByteOrder.nativeOrder());

    long requestAddress() {
        return address;
    }

    int requestCapacity() {
        return SIZE_BYTES;
    }

    long replyAddress() {
        return address + REPLY_START;
    }

    /** The request's bytes. */
    ByteBuffer request() {
        return memory.duplicate().order(ByteOrder.nativeOrder());
    }

    /** Header and payload of the reply. */
    ByteBuffer reply() {
        return memory.slice(REPLY_START, SIZE_BYTES - REPLY_START).order(ByteOrder.nativeOrder());
    }

    /** Frees the memory; no buffer on it may be used any more. */
    @Override
    public void close() {
        MemoryIO.getInstance().freeMemory(allocated);
    }
}
