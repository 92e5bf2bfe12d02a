package io.dbfs.fuse;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.Attributes;
import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A filesystem as the kernel sees one: inodes, handles, names of bytes. The adapters translate the kernel's requests
 * into these calls and do nothing else.
 *
 * <p>Every method may be called from any thread, concurrently. Every failure is an {@link io.dbfs.common.FsException};
 * anything else that is thrown is a fault of the program, which the adapter logs and answers with EIO. Every method
 * returns within the mount's operation timeout. Permissions are checked by the kernel ({@code default_permissions}).
 */
public interface FileSystem extends AutoCloseable {
    /** Finds a name; ENOENT when there is none. Each success counts one reference until {@link #forget}. */
    Entry lookup(Caller caller, InodeId parent, Name name);

    /** The directory above; the root's is the root. Counts no reference. */
    Attributes lookupParent(Caller caller, InodeId directory);

    /** The kernel drops {@code lookups} references that lookup, create, mknod, mkdir, symlink and link gave it. */
    void forget(InodeId inode, long lookups);

    /**
     * For how long the kernel may use what {@link #getAttributes} or {@link #setAttributes} has just returned of an inode
     * without asking; 0: not at all.
     */
    default long attributesValidNanos(InodeId inode) {
        return 1_000_000_000;
    }

    /** For how long the kernel may believe, without asking, the ENOENT that {@link #lookup} has just thrown of a name. */
    default long missingValidNanos(InodeId parent, Name name) {
        return 0;
    }

    /** fstat when a handle is given: works after the last name is gone. */
    Attributes getAttributes(Caller caller, InodeId inode, Optional<HandleId> handle);

    /** chmod, chown, truncate, utimensat; all of it or nothing. Returns the attributes afterwards. */
    Attributes setAttributes(Caller caller, InodeId inode, Optional<HandleId> handle, AttributeChange change);

    /** A symlink's target, 1 to 4095 bytes. */
    byte[] readLink(Caller caller, InodeId inode);

    /** mknod(2) of any type but directory and symlink; {@code mode} holds type and permission bits. */
    Entry makeNode(Caller caller, InodeId parent, Name name, int mode, long device);

    Entry makeDirectory(Caller caller, InodeId parent, Name name, int mode);

    Entry makeSymlink(Caller caller, InodeId parent, Name name, byte[] target);

    Entry link(Caller caller, InodeId inode, InodeId newParent, Name newName);

    void unlink(Caller caller, InodeId parent, Name name);

    void removeDirectory(Caller caller, InodeId parent, Name name);

    void rename(Caller caller, InodeId parent, Name name, InodeId newParent, Name newName, RenameMode mode);

    /** open(2) with O_CREAT of a name that the kernel does not know: creates, or opens what another created meanwhile. */
    Created create(Caller caller, InodeId parent, Name name, int mode, int flags);

    /** open(2) without O_CREAT; {@code flags} as in fcntl.h, O_TRUNC included. */
    Opened open(Caller caller, InodeId inode, int flags);

    /**
     * Reads into {@code target} until it is full or the file ends.
     *
     * @return the number of bytes read; less than asked only at the end of the file
     */
    int read(InodeId inode, HandleId handle, long offset, ByteBuffer target);

    /** The kernel has what {@link #read} returned. */
    default void readAnswered(InodeId inode) {}

    /**
     * Writes all of {@code source}; under O_APPEND at the end of the file, whatever {@code offset} says. Data may stay
     * buffered until {@link #flush} or {@link #fsync}, which report what went wrong in between.
     */
    void write(Caller caller, InodeId inode, HandleId handle, long offset, ByteBuffer source);

    /**
     * Writes pages that programs changed through mappings (mmap(2)): where they lie, also under O_APPEND, for the handle is
     * any of the inode's that may write.
     */
    void writePages(InodeId inode, HandleId handle, long offset, ByteBuffer source);

    /** close(2) of one descriptor: what was written is visible to every later open, on every mount. */
    void flush(InodeId inode, HandleId handle);

    /** What was written is durable. */
    void fsync(InodeId inode, HandleId handle, boolean dataOnly);

    /**
     * The last descriptor of the handle is gone, and {@link #release} follows: registered in the order in which the kernel
     * sent it, before any later request is decided ({@link RequestOrder}). Does not block.
     */
    default void closing(HandleId handle) {}

    /** The last descriptor of the handle is gone. Never fails: errors were reported by {@link #flush}. */
    void release(InodeId inode, HandleId handle);

    /** fallocate(2); {@code mode} holds FALLOC_FL_* bits. EOPNOTSUPP for what is not supported. */
    void allocate(Caller caller, InodeId inode, HandleId handle, int mode, long offset, long length);

    /**
     * lseek(2) with SEEK_DATA ({@code data}) or SEEK_HOLE: the first offset from {@code offset} on that is such; the end
     * of the file counts as a hole. ENXIO beyond the end, and when no data follows. ENOSYS leaves it to the kernel, which
     * then takes every file for all data.
     */
    default long seek(InodeId inode, HandleId handle, long offset, boolean data) {
        throw new FsException(Errno.ENOSYS);
    }

    /**
     * copy_file_range(2): at most {@code lengthBytes}. ENOSYS leaves it to the kernel, which then reads and writes, for
     * good; EXDEV and EOPNOTSUPP leave this one copy to it.
     *
     * @return the number of bytes copied; 0 when the source ends before its offset
     */
    default long copyRange(Caller caller, FileRange source, FileRange target, long lengthBytes) {
        throw new FsException(Errno.ENOSYS);
    }

    /**
     * The mount is up: the kernel takes orders to forget what it caches. Called once, before any other call, by adapters
     * that can pass them on.
     */
    default void attach(KernelCache cache) {}

    /** The mount is up: requests are registered in the order in which the kernel sends them. As {@link #attach(KernelCache)}. */
    default void attach(RequestOrder order) {}

    /** Whether the filesystem keeps locks, for all mounts; else the kernel does, for this mount alone. */
    default boolean keepsLocks() {
        return false;
    }

    /** fcntl(F_GETLK): the first lock in the way of {@code lock}, its {@code pid} 0 where another host knows it. */
    default Optional<Lock> testLock(LockOwner owner, Lock lock) {
        throw new FsException(Errno.ENOSYS);
    }

    /**
     * fcntl(F_SETLK), fcntl(F_SETLKW), flock(2): takes the bytes in this mode, whatever the owner's mode was there. What
     * the file's last owner wrote before it let go is what is read from now on.
     *
     * @param waits queue where it is not free; else EAGAIN. EDEADLK where an fcntl lock would wait for itself
     * @return the lock, not asked for yet; does not block
     */
    default PendingLock lock(LockOwner owner, Lock lock, boolean waits) {
        throw new FsException(Errno.ENOSYS);
    }

    /** Lets go of the bytes of {@code lock}, after everything written before is visible on every mount. */
    default void unlock(LockOwner owner, Lock lock) {
        throw new FsException(Errno.ENOSYS);
    }

    /**
     * A descriptor of the owner is closed: all its fcntl locks on the file go (POSIX, fcntl). Locks of the open file
     * description go with {@link #release}.
     */
    default void closeOwner(LockOwner owner) {}

    HandleId openDirectory(Caller caller, InodeId directory);

    /**
     * Gives the sink the entries after {@code cookie} (0: from the start, "." and ".." included) until it takes no
     * more. An entry that exists all along is given exactly once, whatever else comes and goes.
     */
    void readDirectory(Caller caller, InodeId directory, HandleId handle, long cookie, DirectorySink sink);

    void releaseDirectory(InodeId directory, HandleId handle);

    void fsyncDirectory(InodeId directory, HandleId handle, boolean dataOnly);

    /** syncfs(2): what was written to files that are open, or were until now, is durable. */
    default void sync(Caller caller) {}

    Statistics statFilesystem(Caller caller, InodeId inode);

    /**
     * ENODATA when there is none of this name. Before the first write to an inode the kernel asks for
     * "security.capability": where that can be known, as of an inode just created, it should cost no request.
     */
    byte[] getXattr(Caller caller, InodeId inode, byte[] name);

    List<byte[]> listXattrs(Caller caller, InodeId inode);

    void setXattr(Caller caller, InodeId inode, byte[] name, byte[] value, XattrMode mode);

    void removeXattr(Caller caller, InodeId inode, byte[] name);

    /** Writes back everything buffered and lets go of the servers. No other call is under way or follows. */
    @Override
    void close();

    /** An inode found by name. The kernel may use the name and the attributes for these times without asking. */
    record Entry(Attributes attributes, long entryValidNanos, long attributesValidNanos) {}

    /**
     * An open file.
     *
     * @param keepCache the kernel may keep pages it cached before: the contents have not changed since
     * @param directIo the kernel must not cache pages at all
     */
    record Opened(HandleId handle, boolean keepCache, boolean directIo) {}

    /** A file created and opened in one. */
    record Created(Entry entry, Opened opened) {}

    /**
     * Who locks: {@code id} is the kernel's number of a process's table of files (fcntl) or of an open file description
     * (flock, F_OFD_SETLK); {@code handle} the open file by which it asks.
     */
    record LockOwner(InodeId inode, HandleId handle, long id) {}

    /**
     * Bytes of a file and how they are locked.
     *
     * @param flock of flock(2), which does not see those of fcntl(2)
     * @param end the last byte; {@link Long#MAX_VALUE}: all that may follow
     * @param pid the process, 0 where unknown
     */
    record Lock(boolean flock, boolean exclusive, long start, long end, int pid) {}

    /** A lock that somebody wants. Thread-safe. */
    interface PendingLock {
        /**
         * Asks for it, once. Blocks, but not for as long as another holds the lock.
         *
         * @return completes when the lock is held; fails with an {@link FsException}. Continuations may block
         * @throws FsException where the lock is refused at once
         */
        CompletableFuture<Void> ask();

        /** Waits no longer: what {@link #ask} gave fails with EINTR, unless the lock was granted before. Does not block. */
        void interrupt();

        /**
         * Nobody takes the lock any more: the program that asked for it dies. It is not waited for, and is given back where
         * it is granted all the same. From here on the number of its owner may be another's. Does not block; may come at any
         * time and more than once.
         */
        void abandon();
    }

    /** Where copying starts in an open file. */
    record FileRange(InodeId inode, HandleId handle, long offset) {}

    /** How rename treats an existing target (renameat2(2)). */
    enum RenameMode {
        REPLACE,
        /** RENAME_NOREPLACE: EEXIST. */
        NO_REPLACE,
        /** RENAME_EXCHANGE: both must exist and change places. */
        EXCHANGE
    }

    /** How setxattr(2) treats an existing value. */
    enum XattrMode {
        CREATE_OR_REPLACE,
        CREATE,
        REPLACE
    }

    /** statvfs(3), in bytes. */
    record Statistics(long totalBytes, long freeBytes, long inodes) {}
}
