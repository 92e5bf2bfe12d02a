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
    /** An offset that stands for no page at all. */
    private static final long ATTRIBUTES_ALONE = -1;
    /**
     * Without FUSE_EXPIRE_ONLY (7.38). A name that is only expired keeps its directory in the kernel's tree where it was; when the
     * directory was moved and is met first as the last name of a rename between directories, the kernel cannot move it and fails
     * with ESTALE. Dropped, it is put where it is met; who works in it meanwhile goes on, but cannot tell its path until then.
     */
    private static final int FLAGS = 0;

    private final Outlet outlet;
    /** Two, so that what the kernel takes at once never waits behind what it lets wait. */
    private final Notice quick = new Notice();

    private final Notice patient = new Notice();

    DeviceKernelCache(Outlet outlet) {
        this.outlet = outlet;
    }

    @Override
    public void invalidateAttributes(InodeId inode) {
        quick.inode(inode, ATTRIBUTES_ALONE, 0);
    }

    @Override
    public void invalidateInode(InodeId inode, long offset, long lengthBytes) {
        patient.inode(inode, offset, lengthBytes);
    }

    @Override
    public void invalidateEntry(InodeId parent, Name name) {
        patient.entry(parent, name);
    }

    /** Nothing is sent any more: the descriptor may be another file's soon. */
    void close() {
        quick.close();
        patient.close();
    }

    /** A buffer, and the order in which it is used. */
    private final class Notice {
        @GuardedBy("this")
        private final ByteBuffer buffer =
                ByteBuffer.allocateDirect(MAX_NOTICE_BYTES).order(ByteOrder.nativeOrder());

        private final long address = MemoryIO.getInstance().getDirectBufferAddress(buffer);

        @GuardedBy("this")
        private boolean closed;

        /** Writes {@code struct fuse_notify_inval_inode_out}. */
        synchronized void inode(InodeId inode, long offset, long lengthBytes) {
            begin(INVALIDATE_INODE);
            buffer.putLong(inode.value()).putLong(offset).putLong(lengthBytes);
            send();
        }

        /** Writes {@code struct fuse_notify_inval_entry_out} and the name. */
        synchronized void entry(InodeId parent, Name name) {
            begin(INVALIDATE_ENTRY);
            buffer.putLong(parent.value()).putInt(name.length()).putInt(FLAGS);
            buffer.put(name.toBytes()).put((byte) 0);
            send();
        }

        synchronized void close() {
            closed = true;
        }

        @GuardedBy("this")
        private void begin(int code) {
            buffer.clear().putInt(0).putInt(code).putLong(0);
        }

        @GuardedBy("this")
        private void send() {
            if (!closed) {
                buffer.putInt(0, buffer.position());
                outlet.send(address, buffer.position());
            }
        }
    }
}
