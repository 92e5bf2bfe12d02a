package io.dbfs.fuse.kernel;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.Attributes;
import io.dbfs.common.Name;
import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.FileSystem.Statistics;
import io.dbfs.fuse.HandleId;
import io.dbfs.fuse.Privileges;
import java.util.Optional;

/** Attributes of inodes, and of the filesystem. */
final class AttributeHandlers {
    private static final int GETATTR_HANDLE = 1;

    /** Inodes are numbers, not a table that fills up: what statvfs calls free. */
    private static final long FREE_INODES = 1L << 32;

    private static final int STATFS_SPARE_BYTES = 28;

    private final FileSystem fileSystem;
    private final AttributesWire wire;
    private final Privileges privileges;

    AttributeHandlers(FileSystem fileSystem, AttributesWire wire, Privileges privileges) {
        this.fileSystem = fileSystem;
        this.wire = wire;
        this.privileges = privileges;
    }

    void register(Dispatcher dispatcher) {
        dispatcher
                .on(Opcode.GETATTR, this::getAttributes)
                .on(Opcode.STATX, this::statx)
                .on(Opcode.SETATTR, this::setAttributes)
                .on(Opcode.STATFS, this::statFilesystem);
    }

    private void getAttributes(Request in, Reply reply) {
        boolean byHandle = (in.u32() & GETATTR_HANDLE) != 0;
        in.skip(4);
        Optional<HandleId> handle = byHandle ? Optional.of(in.handle()) : Optional.empty();
        send(reply, fileSystem.getAttributes(in.caller(), in.inode(), handle));
    }

    /** As GETATTR, for those who ask when the inode was made. Everything is told, whatever the mask asks for. */
    private void statx(Request in, Reply reply) {
        boolean byHandle = (in.u32() & GETATTR_HANDLE) != 0;
        in.skip(4);
        Optional<HandleId> handle = byHandle ? Optional.of(in.handle()) : Optional.empty();
        Attributes attributes = fileSystem.getAttributes(in.caller(), in.inode(), handle);
        wire.putStatx(reply, attributes, fileSystem.attributesValidNanos(attributes.inode()))
                .send();
    }

    private void setAttributes(Request in, Reply reply) {
        AttributesWire.Change wanted = AttributesWire.Change.read(in);
        // Root's may be a write to a file with capabilities, which leaves set-user-id.
        boolean clears =
                wanted.clearsPrivileges() || (wanted.empty() && in.caller().uid() != 0);
        AttributeChange change = clears
                ? privileges.clearedBy(in.caller(), in.inode(), wanted.handle(), wanted.change())
                : wanted.change();
        send(reply, fileSystem.setAttributes(in.caller(), in.inode(), wanted.handle(), change));
    }

    private void send(Reply reply, Attributes attributes) {
        wire.putAttributes(reply, attributes, fileSystem.attributesValidNanos(attributes.inode()))
                .send();
    }

    /** Writes {@code struct fuse_statfs_out}. */
    private void statFilesystem(Request in, Reply reply) {
        Statistics statistics = fileSystem.statFilesystem(in.caller(), in.inode());
        int block = RequestMemory.PAGE_BYTES;
        reply.u64(statistics.totalBytes() / block)
                .u64(statistics.freeBytes() / block)
                .u64(statistics.freeBytes() / block)
                .u64(statistics.inodes() + FREE_INODES)
                .u64(FREE_INODES)
                .u32(block)
                .u32(Name.MAX_BYTES)
                .u32(block)
                .zeros(STATFS_SPARE_BYTES)
                .send();
    }
}
