package io.dbfs.fuse.kernel;

import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.FileSystem.Created;
import io.dbfs.fuse.FileSystem.FileRange;
import io.dbfs.fuse.FileSystem.LockOwner;
import io.dbfs.fuse.FileSystem.Opened;
import io.dbfs.fuse.HandleId;
import io.dbfs.fuse.KernelCache;
import io.dbfs.fuse.Privileges;
import java.util.Optional;

/** Open files: their contents, and their beginning and end. */
final class FileHandlers {
    private static final int FSYNC_DATA_ONLY = 1;
    /** FUSE_WRITE_CACHE: written back from the page cache, by a handle that the kernel guessed. */
    private static final int WRITE_CACHED_PAGES = 1;

    private static final int WRITE_KILL_PRIVILEGES = 1 << 2;
    private static final int OPEN_KILL_PRIVILEGES = 1;
    private static final int ACCESS_MODE_MASK = 3;
    private static final int READ_ONLY = 0;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final long COPY_BYTES_MAX = 0xffff_f000L;

    private final FileSystem fileSystem;
    private final AttributesWire wire;
    private final Privileges privileges;
    private final KernelCache cache;

    FileHandlers(FileSystem fileSystem, AttributesWire wire, Privileges privileges, KernelCache cache) {
        this.fileSystem = fileSystem;
        this.wire = wire;
        this.privileges = privileges;
        this.cache = cache;
    }

    void register(Dispatcher dispatcher) {
        dispatcher
                .on(Opcode.CREATE, this::create)
                .on(Opcode.OPEN, this::open)
                .on(Opcode.READ, this::read)
                .on(Opcode.WRITE, this::write)
                .on(Opcode.FLUSH, this::flush)
                .on(Opcode.FSYNC, this::fsync)
                .on(Opcode.RELEASE, this::release)
                .onTaken(Opcode.RELEASE, fileSystem::closing)
                .on(Opcode.FALLOCATE, this::allocate)
                .on(Opcode.LSEEK, this::seek)
                .on(Opcode.COPY_FILE_RANGE, this::copyRange)
                .on(Opcode.COPY_FILE_RANGE_64, this::copyLongRange);
    }

    private void create(Request in, Reply reply) {
        int flags = in.u32();
        int mode = in.u32();
        Caller caller = in.callerWithUmask();
        in.skip(4);
        Name name = in.name();
        Created created = fileSystem.create(caller, in.inode(), name, mode, flags);
        wire.putEntry(reply, created.entry());
        if (!OpenWire.put(reply, created.opened(), !fileSystem.keepsLocks() && readsOnly(flags))
                .send()) {
            InodeId inode = created.entry().attributes().inode();
            fileSystem.release(inode, created.opened().handle());
            fileSystem.forget(inode, 1);
        }
    }

    private void open(Request in, Reply reply) {
        int flags = in.u32();
        boolean killsPrivileges = (in.u32() & OPEN_KILL_PRIVILEGES) != 0;
        if (killsPrivileges) {
            clearPrivileges(in.caller(), in.inode(), Optional.empty());
        }
        Opened opened = fileSystem.open(in.caller(), in.inode(), flags);
        if (!OpenWire.put(reply, opened, !fileSystem.keepsLocks() && readsOnly(flags))
                .send()) {
            // The open was interrupted, and no release will come.
            fileSystem.release(in.inode(), opened.handle());
        }
    }

    private static boolean readsOnly(int flags) {
        return (flags & ACCESS_MODE_MASK) == READ_ONLY;
    }

    private void read(Request in, Reply reply) {
        HandleId handle = in.handle();
        long offset = in.u64();
        int size = in.u32();
        if (size < 0 || size > RequestMemory.MAX_DATA_BYTES) {
            throw new FsException(Errno.EINVAL, "read of " + Integer.toUnsignedString(size) + " bytes");
        }
        reply.filled(fileSystem.read(in.inode(), handle, offset, reply.payload(size)))
                .send();
        fileSystem.readAnswered(in.inode());
    }

    private void write(Request in, Reply reply) {
        HandleId handle = in.handle();
        long offset = in.u64();
        int size = in.u32();
        int writeFlags = in.u32();
        in.skip(16);
        if ((writeFlags & WRITE_KILL_PRIVILEGES) != 0) {
            clearPrivileges(in.caller(), in.inode(), Optional.of(handle));
        }
        if ((writeFlags & WRITE_CACHED_PAGES) != 0) {
            fileSystem.writePages(in.inode(), handle, offset, in.data(size));
        } else {
            fileSystem.write(in.caller(), in.inode(), handle, offset, in.data(size));
        }
        reply.u32(size).u32(0).send();
    }

    /** The kernel would go on to show the mode it knows. */
    private void clearPrivileges(Caller caller, InodeId inode, Optional<HandleId> handle) {
        if (privileges.clear(caller, inode, handle)) {
            cache.invalidateAttributes(inode);
        }
    }

    /** Of these changes the kernel does not say when privileges are to go. Root's leave them, as on a local filesystem. */
    private void clearPrivilegesByUser(Caller caller, InodeId inode, HandleId handle) {
        if (caller.uid() != 0) {
            clearPrivileges(caller, inode, Optional.of(handle));
        }
    }

    private void flush(Request in, Reply reply) {
        HandleId handle = in.handle();
        in.skip(8);
        LockOwner owner = new LockOwner(in.inode(), handle, in.u64());
        try {
            fileSystem.flush(in.inode(), handle);
        } finally {
            fileSystem.closeOwner(owner);
        }
        reply.send();
    }

    private void fsync(Request in, Reply reply) {
        HandleId handle = in.handle();
        fileSystem.fsync(in.inode(), handle, (in.u32() & FSYNC_DATA_ONLY) != 0);
        reply.send();
    }

    private void release(Request in, Reply reply) {
        fileSystem.release(in.inode(), in.handle());
        reply.send();
    }

    private void allocate(Request in, Reply reply) {
        HandleId handle = in.handle();
        long offset = in.u64();
        long length = in.u64();
        clearPrivilegesByUser(in.caller(), in.inode(), handle);
        fileSystem.allocate(in.caller(), in.inode(), handle, in.u32(), offset, length);
        reply.send();
    }

    private void seek(Request in, Reply reply) {
        HandleId handle = in.handle();
        long offset = in.u64();
        int whence = in.u32();
        if (whence != SEEK_DATA && whence != SEEK_HOLE) {
            throw new FsException(Errno.EINVAL, "lseek whence " + whence);
        }
        reply.u64(fileSystem.seek(in.inode(), handle, offset, whence == SEEK_DATA))
                .send();
    }

    /** The reply has 32 bits for the length; as much as fits is copied, in whole pages. */
    private void copyRange(Request in, Reply reply) {
        reply.u32((int) copied(in, COPY_BYTES_MAX)).u32(0).send();
    }

    private void copyLongRange(Request in, Reply reply) {
        reply.u64(copied(in, Long.MAX_VALUE)).send();
    }

    private long copied(Request in, long most) {
        FileRange source = new FileRange(in.inode(), in.handle(), in.u64());
        FileRange target = new FileRange(new InodeId(in.u64()), in.handle(), in.u64());
        long length = in.u64();
        clearPrivilegesByUser(in.caller(), target.inode(), target.handle());
        return fileSystem.copyRange(
                in.caller(), source, target, Long.compareUnsigned(length, most) < 0 ? length : most);
    }
}
