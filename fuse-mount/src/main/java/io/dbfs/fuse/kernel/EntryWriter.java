package io.dbfs.fuse.kernel;

import io.dbfs.common.InodeId;
import io.dbfs.common.InodeType;
import io.dbfs.fuse.DirectorySink;
import io.dbfs.fuse.FileSystem.Entry;
import java.util.Optional;

/** Writes a listing: {@code struct fuse_dirent}, each after a {@code fuse_entry_out} when attributes are wanted too. */
final class EntryWriter implements DirectorySink {
    private static final int DIRENT_HEADER_BYTES = 24;
    private static final int ALIGNMENT_BYTES = 8;
    private static final int TYPE_SHIFT = 12;

    private final Reply reply;
    private final AttributesWire wire;
    private final int capacityBytes;
    private final boolean plus;

    EntryWriter(Reply reply, AttributesWire wire, int capacityBytes, boolean plus) {
        this.reply = reply;
        this.wire = wire;
        this.capacityBytes = capacityBytes;
        this.plus = plus;
    }

    @Override
    public boolean wantsEntries() {
        return plus;
    }

    @Override
    public boolean offer(byte[] name, InodeId inode, InodeType type, long cookie, Optional<Entry> entry) {
        int padding = -name.length & (ALIGNMENT_BYTES - 1);
        int size = (plus ? AttributesWire.ENTRY_BYTES : 0) + DIRENT_HEADER_BYTES + name.length + padding;
        if (reply.payloadBytes() + size > capacityBytes) {
            return false;
        }
        if (plus) {
            putEntry(name, entry);
        }
        reply.u64(inode.value()).u64(cookie).u32(name.length).u32(type.formatBits() >> TYPE_SHIFT);
        reply.raw(name).zeros(padding);
        return true;
    }

    /** An inode number 0 tells the kernel to look the name up when it needs it. */
    private void putEntry(byte[] name, Optional<Entry> entry) {
        if (entry.isPresent() && !isDots(name)) {
            wire.putEntry(reply, entry.get());
        } else {
            reply.zeros(AttributesWire.ENTRY_BYTES);
        }
    }

    private static boolean isDots(byte[] name) {
        return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
    }

    boolean isEmpty() {
        return reply.payloadBytes() == 0;
    }
}
