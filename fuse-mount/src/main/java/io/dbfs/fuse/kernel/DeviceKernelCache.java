package io.dbfs.fuse.kernel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.kenai.jffi.MemoryIO;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.KernelCache;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Sends notices ({@code enum fuse_notify_code}): messages in the shape of a reply to no request. */
final class DeviceKernelCache implements KernelCache {
    private static final int INVALIDATE_INODE = 2;
    private static final int INVALIDATE_ENTRY = 3;
    private static final int MAX_NOTICE_BYTES = 512;
    /**
     * FUSE_EXPIRE_ONLY, since 7.38; older kernels take no flags here. The name is looked up anew when it is used next; without
     * it, a directory that programs are in would be cut off from its path although it is where it was, or was only renamed.
     */
    private static final int EXPIRE_ONLY = 1;

    private final Outlet outlet;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private final ByteBuffer notice =
            ByteBuffer.allocateDirect(MAX_NOTICE_BYTES).order(ByteOrder.nativeOrder());

    private final long address = MemoryIO.getInstance().getDirectBufferAddress(notice);

    DeviceKernelCache(Outlet outlet) {
        this.outlet = outlet;
    }

    @Override
    public synchronized void invalidateInode(InodeId inode, long offset, long lengthBytes) {
        begin(INVALIDATE_INODE);
        notice.putLong(inode.value()).putLong(offset).putLong(lengthBytes);
        send();
    }

    @Override
    public synchronized void invalidateEntry(InodeId parent, Name name) {
        begin(INVALIDATE_ENTRY);
        notice.putLong(parent.value()).putInt(name.length()).putInt(EXPIRE_ONLY);
        notice.put(name.toBytes()).put((byte) 0);
        send();
    }

    /** Nothing is sent any more: the descriptor may be another file's soon. */
    synchronized void close() {
        closed = true;
    }

    @GuardedBy("this")
    private void begin(int code) {
        notice.clear().putInt(0).putInt(code).putLong(0);
    }

    @GuardedBy("this")
    private void send() {
        if (!closed) {
            notice.putInt(0, notice.position());
            outlet.send(address, notice.position());
        }
    }
}
