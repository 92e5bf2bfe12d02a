package io.dbfs.daemon.vfs;

import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.FileSystem.Lock;
import io.dbfs.fuse.FileSystem.LockOwner;
import io.dbfs.fuse.FileSystem.PendingLock;
import io.dbfs.fuse.HandleId;
import io.dbfs.proto.CreateOperation;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.OpenReply;
import io.dbfs.proto.OpenRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Regular files by handle: open, read, write, flush, release. Thread-safe; blocks. */
final class FileOperations {
    private static final Logger LOG = LoggerFactory.getLogger(FileOperations.class);

    private static final int OWNER_SHIFT = 6;

    private final NameOperations names;
    private final Stats stats;
    private final OpenFiles open;
    private final FileFactory factory;
    private final KernelPages kernelPages;
    private final KernelNotices notices;
    private final FileEnds ends;
    private final StatisticsCache statistics;
    private final Consumer<InodeId> orphanClosed;
    private final FileLocks locks;
    private final Xattrs xattrs;
    private final Handles<FileHandle> handles = new Handles<>();

    FileOperations(
            NameOperations names,
            Stats stats,
            OpenFiles open,
            FileFactory factory,
            KernelPages kernelPages,
            KernelNotices notices,
            FileEnds ends,
            StatisticsCache statistics,
            FileLocks locks,
            Xattrs xattrs,
            Consumer<InodeId> orphanClosed) {
        this.names = names;
        this.stats = stats;
        this.open = open;
        this.factory = factory;
        this.kernelPages = kernelPages;
        this.notices = notices;
        this.ends = ends;
        this.statistics = statistics;
        this.locks = locks;
        this.xattrs = xattrs;
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
            requireOwner(caller, identity, flags);
            FileSystem.Opened opened = open(caller, new InodeId(identity.getId()), flags);
            return new FileSystem.Created(names.entry(parent, name, stats.of(identity)), opened);
        }
        OpenFile file = open.acquire(new InodeId(identity.getId()), () -> factory.file(identity));
        return new FileSystem.Created(names.made(parent, name, outcome), opened(file, flags));
    }

    /**
     * The kernel takes what it is given here for a file of its caller's making, and checks nothing. Where that is not the
     * same, ESTALE has it look the name up again and open what is there as any other file.
     */
    private static void requireOwner(Caller caller, Inode existing, OpenFlags flags) {
        if (existing.getUid() != caller.uid() || !flags.areAllowedBy(existing.getMode() >> OWNER_SHIFT)) {
            throw new FsException(Errno.ESTALE, "inode " + existing.getId() + " was made by another meanwhile");
        }
    }

    FileSystem.Opened open(Caller caller, InodeId inode, OpenFlags flags) {
        Inode identity = stats.oldIdentity(inode);
        requireRegular(identity);
        OpenFile file = open.acquire(inode, () -> factory.file(identity));
        try {
            if (!stats.isKnown(inode) && stats.identity(inode).getLinkCount() == 0) {
                // Let go of as an orphan between the two lines above.
                throw new FsException(Errno.ENOENT, inode + " does not exist");
            }
            if (flags.truncates()) {
                dropCapability(caller, file);
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
        OpenReply reply = stats.certainMap(file.inode());
        if (reply == null) {
            reply = ask(file);
        }
        file.view().lock.lock();
        try {
            file.view().opened(reply);
        } finally {
            file.view().lock.unlock();
        }
    }

    private OpenReply ask(OpenFile file) {
        HomeCluster home = factory.home(file.identity());
        long stamp = stats.stamp(home.id());
        OpenReply reply = home.contents()
                .open(OpenRequest.newBuilder()
                        .setInode(file.inode().value())
                        .setExtentLimit(FileReader.EXTENTS_MAX)
                        .build());
        stats.heard(reply, stamp);
        return reply;
    }

    private FileSystem.Opened opened(OpenFile file, OpenFlags flags) {
        // Who opens a file sees all that was in it then.
        ends.free(file);
        boolean keepCache = kernelPages.keepAt(file.inode(), file.contents().getVersion());
        // The kernel would put appended bytes where it believes the end is, which other mounts move.
        boolean direct = flags.appends() || ends.isReadPastPages(file);
        HandleId handle = handles.add(new FileHandle(
                file,
                flags,
                !direct && !flags.isDirect(),
                factory.readAhead(file.identity()),
                file.writer().errors().cursor(),
                new DropBehind()));
        return new FileSystem.Opened(handle, keepCache, direct);
    }

    int read(HandleId id, long offset, ByteBuffer target) {
        FileHandle handle = handles.get(id);
        locks.requireKept(handle.file());
        int count = handle.usesPages() ? readPages(handle, offset, target) : readNews(handle, offset, target);
        if (count > 0 && !handle.flags().keepsAccessTime()) {
            stats.readTimes().read(handle.file());
        }
        return count;
    }

    /** Reads into the kernel's pages, which keep what the kernel believes to be behind the end. */
    private int readPages(FileHandle handle, long offset, ByteBuffer target) {
        OpenFile file = handle.file();
        long wanted = offset + target.remaining();
        long end = offset;
        int changesBefore = file.changesElsewhere();
        int changes;
        do {
            changes = file.changesElsewhere();
            end += readNews(handle, end, target);
        } while (end < wanted && !ends.endsAt(file, end, wanted, changes));
        if (end < wanted) {
            ends.answerShort(file, offset, end, wanted, changesBefore);
        }
        return (int) (end - offset);
    }

    private int readNews(FileHandle handle, long offset, ByteBuffer target) {
        stats.renew(handle.file());
        return handle.file().reader().read(offset, target, handle.readAhead());
    }

    void write(Caller caller, HandleId id, long offset, ByteBuffer source) {
        FileHandle handle = handles.get(id);
        dropCapability(caller, handle.file());
        int count = source.remaining();
        write(handle, offset, source, handle.flags().appends());
        if (!handle.usesPages()) {
            ends.extendedPastPages(handle.file());
        } else {
            ends.extendedHere(handle.file(), offset + count);
            handle.dropBehind()
                    .wrote(offset, count)
                    .ifPresent(span -> notices.unneeded(handle.file().inode(), span));
        }
    }

    void writePages(HandleId id, long offset, ByteBuffer source) {
        write(handles.get(id), offset, source, false);
    }

    private void write(FileHandle handle, long offset, ByteBuffer source, boolean append) {
        locks.requireKept(handle.file());
        FileWriter writer = handle.file().writer();
        writer.errors().check(handle.errors());
        writer.write(offset, source, append);
        if (handle.flags().syncs()) {
            sync(handle.file(), handle.errors());
        }
    }

    /** Makes everything durable, or throws what fsync(2) may fail with: ETIMEDOUT is not among it. */
    private static void sync(OpenFile file, WriteErrors.Cursor errors) {
        try {
            file.writer().flush(true);
            file.writer().errors().check(errors);
        } catch (FsException e) {
            throw e.errno() == Errno.ETIMEDOUT ? new FsException(Errno.EIO, String.valueOf(e.getMessage()), e) : e;
        }
    }

    /** The file is about to change: what it may do as a program was given to what it was (capabilities(7)). */
    void dropCapability(Caller caller, OpenFile file) {
        if (stats.hasCapability(file)) {
            xattrs.dropCapability(caller, file.inode());
        }
    }

    Optional<Lock> testLock(LockOwner owner, Lock lock) {
        OpenFile file = handles.get(owner.handle()).file();
        return locks.test(factory.home(file.identity()), owner, lock);
    }

    PendingLock lock(LockOwner owner, Lock lock, boolean waits) {
        OpenFile file = handles.get(owner.handle()).file();
        PendingLock pending = locks.lock(file, factory.home(file.identity()), owner, lock, waits);
        if (!handles.isOpen(owner.handle())) {
            // Released between the lines above, on behalf of a program that was killed.
            locks.closeHandle(owner.handle());
        }
        return pending;
    }

    void unlock(LockOwner owner, Lock lock) {
        OpenFile file = handles.get(owner.handle()).file();
        locks.unlock(file, owner, lock);
    }

    void flush(HandleId id) {
        FileHandle handle = handles.get(id);
        if (handle.flags().writes()) {
            commit(handle);
        }
    }

    void fsync(HandleId id) {
        FileHandle handle = handles.get(id);
        locks.requireKept(handle.file());
        sync(handle.file(), handle.errors());
    }

    /**
     * syncfs(2). A file that was closed has its commit, and its nodes have been making its chunks durable since then.
     *
     * @throws FsException the first failure, after everything was tried
     */
    void syncAll() {
        List<FsException> failures = new ArrayList<>();
        open.forEach(file -> {
            WriteErrors.Cursor before = file.writer().errors().cursor();
            try {
                sync(file, before);
            } catch (FsException e) {
                failures.add(e);
            }
        });
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    void closing(HandleId id) {
        locks.closing(id);
    }

    void release(HandleId id) {
        FileHandle handle = handles.remove(id);
        if (handle != null) {
            handle.readAhead().close();
            commitAtClose(handle.file());
            locks.closeHandle(id);
            // Written by mmap after the last close(2), or nothing.
            close(handle.file());
        }
    }

    private static void commitAtClose(OpenFile file) {
        try {
            file.writer().flush(false);
        } catch (FsException e) {
            LOG.error("data of {} was not committed at its last close: {}", file.inode(), e.getMessage());
        }
    }

    private void close(OpenFile file) {
        commitAtClose(file);
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

    long seek(HandleId id, long offset, boolean data) {
        OpenFile file = handles.get(id).file();
        stats.renew(file);
        return file.reader().seek(offset, data);
    }

    /**
     * fallocate(2). Chunks are placed when they are written, so nothing is set aside: that there is room now is all that is
     * promised (ENOSPC), and blocks count once they are written.
     */
    void allocate(Caller caller, HandleId id, int mode, long offset, long length) {
        Allocation allocation = Allocation.of(mode, offset, length);
        OpenFile file = handles.get(id).file();
        dropCapability(caller, file);
        if (allocation.reserves()
                && length - file.contents().getAllocatedBytes()
                        > statistics.get().freeBytes()) {
            throw new FsException(Errno.ENOSPC, "fallocate of " + length + " bytes");
        }
        if (allocation.zeroes()) {
            file.writer().zero(offset, length, allocation.keepsSize());
        } else if (!allocation.keepsSize()) {
            file.writer().extend(allocation.end());
        }
        if (!allocation.keepsSize()) {
            ends.extendedHere(file, allocation.end());
        }
    }

    /** A program here sets the size. */
    void resize(OpenFile file, SetContents change, long size) {
        file.writer().change(change);
        ends.extendedHere(file, size);
    }

    /**
     * copy_file_range(2): the target refers to the source's chunks from then on.
     *
     * @throws FsException EXDEV, after which the kernel reads and writes, where the files are in two clusters
     */
    long copyRange(Caller caller, FileSystem.FileRange source, FileSystem.FileRange target, long length) {
        FileHandle from = handles.get(source.handle());
        FileHandle to = handles.get(target.handle());
        if (from.file().identity().getHomeCluster() != to.file().identity().getHomeCluster()) {
            throw new FsException(Errno.EXDEV, source.inode() + " and " + target.inode() + " are in two clusters");
        }
        dropCapability(caller, to.file());
        commit(from);
        commit(to);
        long copied = to.file().writer().copyFrom(source.inode(), source.offset(), target.offset(), length);
        ends.extendedPastPages(to.file());
        return copied;
    }

    /** What was written is in the cluster afterwards. */
    private static void commit(FileHandle handle) {
        handle.file().writer().flush(false);
        handle.file().writer().errors().check(handle.errors());
    }
}
