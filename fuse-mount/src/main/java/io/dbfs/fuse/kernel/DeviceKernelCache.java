package io.dbfs.fuse.kernel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.kenai.jffi.MemoryIO;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.KernelCache;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sends notices ({@code enum fuse_notify_code}): messages in the shape of a reply to no request. */
final class DeviceKernelCache implements KernelCache {
    private static final int INVALIDATE_INODE = 2;
    private static final int INVALIDATE_ENTRY = 3;
    private static final int INCREMENT_EPOCH = 8;
    private static final int MAX_NOTICE_BYTES = 512;
    /** An offset that stands for no page at all. */
    private static final long ATTRIBUTES_ALONE = -1;

    private static final int EXPIRE_ONLY = 1;
    /**
     * Without {@link #EXPIRE_ONLY}. A name that is only expired keeps its directory in the kernel's tree where it was; when the
     * directory was moved and is met first as the last name of a rename between directories, the kernel cannot move it and fails
     * with ESTALE. Dropped, it is put where it is met; who works in it meanwhile goes on, but cannot tell its path until then.
     */
    private static final int DROP = 0;

    private final Outlet outlet;
    /** Some notices make the kernel wait, and those that it takes at once must not wait behind them. */
    private final Queue<Notice> spare = new ConcurrentLinkedQueue<>();
    /** Read while a notice is on its way. */
    private final ReadWriteLock lifetime = new ReentrantReadWriteLock();

    @GuardedBy("lifetime")
    private boolean closed;

    private final Predicate<Negotiation.Flag> agreed;
    private final BooleanSupplier epochs;

    /** {@code agreed} and {@code epochs} ({@link Negotiation#epochs}) tell what the kernel has agreed to. */
    DeviceKernelCache(Outlet outlet, Predicate<Negotiation.Flag> agreed, BooleanSupplier epochs) {
        this.outlet = outlet;
        this.agreed = agreed;
        this.epochs = epochs;
    }

    @Override
    public boolean mapsDirectFiles() {
        return agreed.test(Negotiation.Flag.DIRECT_IO_ALLOW_MMAP);
    }

    @Override
    public void invalidateAttributes(InodeId inode) {
        invalidateInode(inode, ATTRIBUTES_ALONE, 0);
    }

    /** Sends {@code struct fuse_notify_inval_inode_out}. */
    @Override
    public void invalidateInode(InodeId inode, long offset, long lengthBytes) {
        send(notice -> notice.begin(INVALIDATE_INODE)
                .putLong(inode.value())
                .putLong(offset)
                .putLong(lengthBytes));
    }

    @Override
    public void invalidateEntry(InodeId parent, Name name) {
        sendEntry(parent, name, DROP);
    }

    @Override
    public void expireEntry(InodeId parent, Name name) {
        if (agreed.test(Negotiation.Flag.HAS_EXPIRE_ONLY)) {
            sendEntry(parent, name, EXPIRE_ONLY);
        }
    }

    @Override
    public boolean invalidateAllEntries() {
        if (!epochs.getAsBoolean()) {
            return false;
        }
        send(notice -> notice.begin(INCREMENT_EPOCH));
        return true;
    }

    /** Sends {@code struct fuse_notify_inval_entry_out} and the name. */
    private void sendEntry(InodeId parent, Name name, int flags) {
        send(notice -> notice.begin(INVALIDATE_ENTRY)
                .putLong(parent.value())
                .putInt(name.length())
                .putInt(flags)
                .put(name.toBytes())
                .put((byte) 0));
    }

    /** Nothing is sent any more: the descriptor may be another file's soon. */
    void close() {
        lifetime.writeLock().lock();
        try {
            closed = true;
        } finally {
            lifetime.writeLock().unlock();
        }
    }

    private void send(Consumer<Notice> contents) {
        lifetime.readLock().lock();
        try {
            if (!closed) {
                @Nullable Notice kept = spare.poll();
                Notice notice = kept == null ? new Notice() : kept;
                contents.accept(notice);
                outlet.send(notice.address, notice.finish());
                spare.add(notice);
            }
        } finally {
            lifetime.readLock().unlock();
        }
    }

    /** A buffer that one notice at a time is written to. */
    private static final class Notice {
        private final ByteBuffer buffer =
                ByteBuffer.allocateDirect(MAX_NOTICE_BYTES).order(ByteOrder.nativeOrder());

        private final long address = MemoryIO.getInstance().getDirectBufferAddress(buffer);

        /** To be followed by the notice's own struct. */
        ByteBuffer begin(int code) {
            return buffer.clear().putInt(0).putInt(code).putLong(0);
        }

        /** Returns the length in bytes. */
        int finish() {
            return buffer.putInt(0, buffer.position()).position();
        }
    }
}
