package io.dbfs.daemon.vfs;

import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.HandleId;
import io.dbfs.proto.CreateOperation;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.OpenReply;
import io.dbfs.proto.OpenRequest;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Regular files by handle: open, read, write, flush, release. Thread-safe; blocks. */
final class FileOperations {
    private static final Logger LOG = LoggerFactory.getLogger(FileOperations.class);
    private static final int FALLOCATE_KEEP_SIZE = 0x01;
    private static final int FALLOCATE_PUNCH_HOLE = 0x02;
    private static final int FALLOCATE_ZERO_RANGE = 0x10;

    private final NameOperations names;
    private final Stats stats;
    private final OpenFiles open;
    private final FileFactory factory;
    private final KernelPages kernelPages;
    private final Consumer<InodeId> orphanClosed;
    private final Handles<FileHandle> handles = new Handles<>();

    FileOperations(
            NameOperations names,
            Stats stats,
            OpenFiles open,
            FileFactory factory,
            KernelPages kernelPages,
            Consumer<InodeId> orphanClosed) {
        this.names = names;
        this.stats = stats;
        this.open = open;
        this.factory = factory;
        this.kernelPages = kernelPages;
        this.orphanClosed = orphanClosed;
    }

    FileSystem.Created create(Caller caller, InodeId parent, Name name, int mode, OpenFlags flags) {
        CreateOperation.Builder create = CreateOperation.newBuilder()
                .setType(InodeType.REGULAR)
                .setMode(mode & 07777)
                .setExclusive(flags.exclusive());
        NameOutcome outcome = names.create(caller, create, parent, name);
        Inode identity = outcome.getInode();
        if (!outcome.getCreated()) {
            FileSystem.Opened opened = open(new InodeId(identity.getId()), flags);
            return new FileSystem.Created(names.entry(stats.of(identity)), opened);
        }
        OpenFile file = open.acquire(new InodeId(identity.getId()), () -> factory.file(identity));
        return new FileSystem.Created(names.made(outcome), opened(file, flags));
    }

    FileSystem.Opened open(InodeId inode, OpenFlags flags) {
        Inode identity = stats.oldIdentity(inode);
        requireRegular(identity);
        OpenFile file = open.acquire(inode, () -> factory.file(identity));
        try {
            if (!stats.isKnown(inode) && stats.identity(inode).getLinkCount() == 0) {
                // Let go of as an orphan between the two lines above.
                throw new FsException(Errno.ENOENT, inode + " does not exist");
            }
            if (flags.truncates()) {
                file.writer().change(SetContents.size(identity, 0));
            } else {
                revalidate(file);
            }
            return opened(file, flags);
        } catch (FsException e) {
            close(file);
            throw e;
        }
    }

    private static void requireRegular(Inode identity) {
        if (identity.getType() == InodeType.DIRECTORY) {
            throw new FsException(Errno.EISDIR);
        }
        if (identity.getType() != InodeType.REGULAR) {
            throw new FsException(Errno.EINVAL, "open of a " + identity.getType());
        }
    }

    private void revalidate(OpenFile file) {
        OpenReply reply = factory.home(file.identity())
                .contents()
                .open(OpenRequest.newBuilder()
                        .setInode(file.inode().value())
                        .setExtentLimit(FileReader.EXTENTS_MAX)
                        .build());
        file.view().lock.lock();
        try {
            file.view().opened(reply);
        } finally {
            file.view().lock.unlock();
        }
        stats.heard(reply.getAttributes());
    }

    private FileSystem.Opened opened(OpenFile file, OpenFlags flags) {
        boolean keepCache = kernelPages.keepAt(file.inode(), file.contents().getVersion());
        HandleId handle = handles.add(new FileHandle(
                file,
                flags,
                factory.readAhead(file.identity()),
                file.writer().errors().cursor()));
        // The kernel would put appended bytes where it believes the end is, which other mounts move.
        return new FileSystem.Opened(handle, keepCache, flags.appends());
    }

    int read(HandleId id, long offset, ByteBuffer target) {
        FileHandle handle = handles.get(id);
        return handle.file().reader().read(offset, target, handle.readAhead());
    }

    void write(HandleId id, long offset, ByteBuffer source) {
        FileHandle handle = handles.get(id);
        write(handle, offset, source, handle.flags().appends());
    }

    void writePages(HandleId id, long offset, ByteBuffer source) {
        write(handles.get(id), offset, source, false);
    }

    private static void write(FileHandle handle, long offset, ByteBuffer source, boolean append) {
        FileWriter writer = handle.file().writer();
        writer.errors().check(handle.errors());
        writer.write(offset, source, append);
        if (handle.flags().syncs()) {
            writer.flush(true);
            writer.errors().check(handle.errors());
        }
    }

    void flush(HandleId id) {
        FileHandle handle = handles.get(id);
        handle.file().writer().flush(false);
        handle.file().writer().errors().check(handle.errors());
    }

    void fsync(HandleId id) {
        FileHandle handle = handles.get(id);
        handle.file().writer().flush(true);
        handle.file().writer().errors().check(handle.errors());
    }

    void release(HandleId id) {
        FileHandle handle = handles.remove(id);
        if (handle != null) {
            handle.readAhead().close();
            // Written by mmap after the last close(2), or nothing.
            close(handle.file());
        }
    }

    private void close(OpenFile file) {
        try {
            file.writer().flush(false);
        } catch (FsException e) {
            LOG.error("data of {} was not committed at its last close: {}", file.inode(), e.getMessage());
        }
        if (open.release(file) && file.isOrphan()) {
            orphanClosed.accept(file.inode());
        }
    }

    /** Does something to a file that may not be open, in order with its commits. */
    void with(Inode identity, Consumer<OpenFile> action) {
        OpenFile file = open.acquire(new InodeId(identity.getId()), () -> factory.file(identity));
        try {
            action.accept(file);
        } finally {
            close(file);
        }
    }

    void allocate(HandleId id, int mode, long offset, long length) {
        if (offset < 0 || length <= 0 || offset + length < 0) {
            throw new FsException(Errno.EINVAL, "range " + offset + "+" + length);
        }
        OpenFile file = handles.get(id).file();
        boolean keepSize = (mode & FALLOCATE_KEEP_SIZE) != 0;
        long size = file.contents().getSize();
        switch (mode & ~FALLOCATE_KEEP_SIZE) {
            case 0 -> {
                // Room is not reserved: chunks are placed when they are written.
            }
            case FALLOCATE_PUNCH_HOLE, FALLOCATE_ZERO_RANGE -> {
                if (offset < size) {
                    file.writer().punch(offset, Math.min(length, size - offset));
                }
            }
            default -> throw new FsException(Errno.EOPNOTSUPP, "fallocate mode " + mode);
        }
        if (!keepSize && offset + length > size) {
            file.writer().change(SetContents.size(file.identity(), offset + length));
        }
    }
}
