package io.dbfs.fuse.kernel;

import io.dbfs.common.FsException;
import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.HandleId;

/** Open directories. */
final class DirectoryHandlers {
    private static final int FSYNC_DATA_ONLY = 1;

    private final FileSystem fileSystem;
    private final AttributesWire wire;

    DirectoryHandlers(FileSystem fileSystem, AttributesWire wire) {
        this.fileSystem = fileSystem;
        this.wire = wire;
    }

    void register(Dispatcher dispatcher) {
        dispatcher
                .on(Opcode.OPENDIR, this::open)
                .on(Opcode.READDIR, (in, reply) -> read(in, reply, false))
                .on(Opcode.READDIRPLUS, (in, reply) -> read(in, reply, true))
                .on(Opcode.RELEASEDIR, this::release)
                .on(Opcode.FSYNCDIR, this::fsync);
    }

    private void open(Request in, Reply reply) {
        HandleId handle = fileSystem.openDirectory(in.caller(), in.inode());
        if (!reply.u64(handle.value()).u64(0).send()) {
            fileSystem.releaseDirectory(in.inode(), handle);
        }
    }

    private void read(Request in, Reply reply, boolean plus) {
        HandleId handle = in.handle();
        long cookie = in.u64();
        int capacity = Math.min(in.u32(), RequestMemory.MAX_DATA_BYTES);
        EntryWriter sink = new EntryWriter(reply, wire, capacity, plus);
        try {
            fileSystem.readDirectory(in.caller(), in.inode(), handle, cookie, sink);
        } catch (FsException failure) {
            if (sink.isEmpty()) {
                throw failure;
            }
            // What was taken is given; the failure comes again with the next request.
        }
        reply.send();
    }

    private void release(Request in, Reply reply) {
        fileSystem.releaseDirectory(in.inode(), in.handle());
        reply.send();
    }

    private void fsync(Request in, Reply reply) {
        HandleId handle = in.handle();
        fileSystem.fsyncDirectory(in.inode(), handle, (in.u32() & FSYNC_DATA_ONLY) != 0);
        reply.send();
    }
}
