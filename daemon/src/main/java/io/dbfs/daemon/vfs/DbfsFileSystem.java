package io.dbfs.daemon.vfs;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.Attributes;
import io.dbfs.common.Caller;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.common.rpc.Channels;
import io.dbfs.fuse.DirectorySink;
import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.HandleId;
import io.dbfs.fuse.KernelCache;
import io.dbfs.fuse.RequestOrder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** DBFS as one mount sees it: every call of the port goes to the noun that answers it. */
public final class DbfsFileSystem implements FileSystem {
    /** Chunks that are not committed after all are told of together. */
    private static final Duration ABANDONED_DELAY = Duration.ofSeconds(1);

    private static final Duration STATISTICS_POLL = Duration.ofMillis(100);
    private static final Logger LOG = LoggerFactory.getLogger(DbfsFileSystem.class);

    private final ScheduledExecutorService timer;
    private final ExecutorService workers;
    private final Stats stats;
    private final NameOperations names;
    private final FileOperations files;
    private final AttributeChanges changes;
    private final Directories directories;
    private final Xattrs xattrs;
    private final StatisticsCache statistics;
    private final FileFactory factory;
    private final Flusher flusher;
    private final FileLocks locks;
    private final AutoCloseable connection;
    private final Validity validity;
    private final KernelNotices notices;
    private final ForeignChanges foreignChanges;
    private final Duration operationTimeout;

    /** {@code connection} is closed last, by {@link #close}. */
    DbfsFileSystem(MountServices services, MountConfig config, AutoCloseable connection) {
        this.connection = connection;
        this.timer = services.timer();
        this.workers = services.workers();
        this.operationTimeout = config.operationTimeout();
        OpenFiles open = new OpenFiles();
        this.validity = new Validity(
                services.nanoTime(),
                config.attributeValidity(),
                config.entryValidity(),
                services.watches().names(),
                services.watches()::contents);
        InodeCache inodes = new InodeCache(validity);
        EntryCache entries = new EntryCache(validity);
        Listings listings = new Listings(validity);
        SegmentPool pool = new SegmentPool(config.writeBufferBytes());
        KernelPages kernelPages = new KernelPages();
        this.flusher =
                new Flusher(services.workers(), services.timer(), pool, services.nanoTime(), config.commitDelay());
        this.notices = new KernelNotices(services.notices(), services.urgentNotices());
        FileEnds ends = new FileEnds(notices, services.nanoTime());
        this.stats = new Stats(
                services.names(),
                services.clusters(),
                inodes,
                open,
                ends,
                services.clock(),
                config.accessTimes(),
                config.directoryTimes());
        this.locks =
                new FileLocks(services.lockHolder(), services.nanoTime(), services.workers(), stats, kernelPages, ends);
        WriteServices writing = new WriteServices(
                pool,
                flusher,
                kernelPages,
                inodes,
                new DurableVersions(),
                locks::fence,
                WriteLimits.of(config),
                services.clock(),
                services.nanoTime());
        this.statistics = new StatisticsCache(services.names(), services.nanoTime());
        this.factory = factory(services, config, writing);
        CompleteDirectories complete = new CompleteDirectories(services.names(), validity);
        this.names = new NameOperations(services.names(), entries, complete, listings, stats, notices);
        this.xattrs = new Xattrs(services.names(), names, stats);
        this.files = new FileOperations(
                names,
                stats,
                open,
                factory,
                kernelPages,
                notices,
                ends,
                statistics,
                locks,
                xattrs,
                services.orphanClosed());
        this.changes = new AttributeChanges(names, files, stats, services.clock());
        this.directories = new Directories(services.names(), names, entries, listings, stats);
        this.foreignChanges = new ForeignChanges(open, notices, ends, stats, entries);
        flusher.start();
        stats.readTimes().start(services.timer(), services.workers());
    }

    /**
     * Connects to a system and opens this mount's session.
     *
     * @throws io.dbfs.common.FsException ETIMEDOUT when no supernode answers within the operation timeout
     */
    public static DbfsFileSystem connect(MountConfig config) {
        return connect(config, new Channels());
    }

    /** As above, over channels that are closed with the filesystem. */
    public static DbfsFileSystem connect(MountConfig config, Channels channels) {
        return MountConnection.connect(config, channels);
    }

    private FileFactory factory(MountServices services, MountConfig config, WriteServices writing) {
        return new FileFactory(
                services.clusters(),
                services.transports(),
                new BlockCache(config.blockCacheBytes()),
                new BufferPool(ReadAhead.UNIT_BYTES, config.readAheadBytes()),
                stats::forgetMap,
                writing,
                statistics::isReleasing,
                this::runSoon);
    }

    /** After a moment, in which more of its kind come together. */
    private void runSoon(Runnable task) {
        ScheduledFuture<?> unused =
                timer.schedule(() -> workers.execute(task), ABANDONED_DELAY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Waits until {@link #statistics} is what the system has: right after their start neither nodes nor a new leader of the supernode
     * have been told of everybody. False when that takes longer.
     */
    public boolean awaitStatistics(Duration timeout) throws InterruptedException {
        CompletableFuture<Void> complete = new CompletableFuture<>();
        ScheduledFuture<?> asking = timer.scheduleWithFixedDelay(
                () -> workers.execute(() -> {
                    try {
                        if (statistics.isComplete()) {
                            complete.complete(null);
                        }
                    } catch (FsException e) {
                        LOG.debug("statistics: {}", e.getMessage());
                    }
                }),
                0,
                STATISTICS_POLL.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            complete.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("completes with nothing else", e);
        } finally {
            asking.cancel(false);
        }
    }

    /** The inode has no name any more: whether it is not open here, and so never will be again. */
    boolean letGo(InodeId inode) {
        return stats.letGo(inode);
    }

    /** How long things are believed; tests wait for the streams by it. */
    Validity validity() {
        return validity;
    }

    /** Hears what others change. */
    ForeignChanges foreignChanges() {
        return foreignChanges;
    }

    /** Commits what waits for longer than the commit delay; for tests, which have a clock of their own. */
    void sweep() {
        flusher.sweep();
    }

    /** Tells the clusters when files were read; for tests, which do not wait. */
    void tellReadTimes() {
        stats.readTimes().flush();
    }

    @Override
    public Entry lookup(Caller caller, InodeId parent, Name name) {
        return names.lookup(caller, parent, name);
    }

    @Override
    public Attributes lookupParent(Caller caller, InodeId directory) {
        return names.lookupParent(caller, directory);
    }

    @Override
    public void forget(InodeId inode, long lookups) {
        // Nothing is kept for the kernel's references: inodes are known by ids that are never reused.
    }

    @Override
    public void attach(KernelCache cache) {
        notices.attach(cache);
        locks.attach(cache);
    }

    @Override
    public long attributesValidNanos(InodeId inode) {
        return stats.forKernelNanos(inode);
    }

    @Override
    public long missingValidNanos(InodeId parent, Name name) {
        return names.missingForKernelNanos(parent, name);
    }

    @Override
    public Attributes getAttributes(Caller caller, InodeId inode, Optional<HandleId> handle) {
        return stats.of(inode);
    }

    @Override
    public Attributes setAttributes(Caller caller, InodeId inode, Optional<HandleId> handle, AttributeChange change) {
        return changes.apply(caller, inode, change);
    }

    @Override
    public byte[] readLink(Caller caller, InodeId inode) {
        return names.readLink(caller, inode);
    }

    @Override
    public Entry makeNode(Caller caller, InodeId parent, Name name, int mode, long device) {
        return names.makeNode(caller, parent, name, mode, device);
    }

    @Override
    public Entry makeDirectory(Caller caller, InodeId parent, Name name, int mode) {
        return names.makeDirectory(caller, parent, name, mode);
    }

    @Override
    public Entry makeSymlink(Caller caller, InodeId parent, Name name, byte[] target) {
        return names.makeSymlink(caller, parent, name, target);
    }

    @Override
    public Entry link(Caller caller, InodeId inode, InodeId newParent, Name newName) {
        return names.link(caller, inode, newParent, newName);
    }

    @Override
    public void unlink(Caller caller, InodeId parent, Name name) {
        names.unlink(caller, parent, name);
    }

    @Override
    public void removeDirectory(Caller caller, InodeId parent, Name name) {
        names.removeDirectory(caller, parent, name);
    }

    @Override
    public void rename(Caller caller, InodeId parent, Name name, InodeId newParent, Name newName, RenameMode mode) {
        names.rename(caller, parent, name, newParent, newName, mode);
    }

    @Override
    public Created create(Caller caller, InodeId parent, Name name, int mode, int flags) {
        return files.create(caller, parent, name, mode, new OpenFlags(flags));
    }

    @Override
    public Opened open(Caller caller, InodeId inode, int flags) {
        return files.open(caller, inode, new OpenFlags(flags));
    }

    @Override
    public int read(InodeId inode, HandleId handle, long offset, ByteBuffer target) {
        return files.read(handle, offset, target);
    }

    @Override
    public void readAnswered(InodeId inode) {
        notices.answered(inode);
    }

    @Override
    public void write(Caller caller, InodeId inode, HandleId handle, long offset, ByteBuffer source) {
        files.write(caller, handle, offset, source);
    }

    @Override
    public void writePages(InodeId inode, HandleId handle, long offset, ByteBuffer source) {
        files.writePages(handle, offset, source);
    }

    @Override
    public void flush(InodeId inode, HandleId handle) {
        files.flush(handle);
    }

    @Override
    public void fsync(InodeId inode, HandleId handle, boolean dataOnly) {
        files.fsync(handle);
    }

    @Override
    public void release(InodeId inode, HandleId handle) {
        files.release(handle);
    }

    @Override
    public void allocate(Caller caller, InodeId inode, HandleId handle, int mode, long offset, long length) {
        files.allocate(caller, handle, mode, offset, length);
    }

    @Override
    public long seek(InodeId inode, HandleId handle, long offset, boolean data) {
        return files.seek(handle, offset, data);
    }

    @Override
    public long copyRange(Caller caller, FileRange source, FileRange target, long lengthBytes) {
        return files.copyRange(caller, source, target, lengthBytes);
    }

    @Override
    public void attach(RequestOrder order) {
        locks.attach(order);
    }

    @Override
    public void closing(HandleId handle) {
        files.closing(handle);
    }

    @Override
    public boolean keepsLocks() {
        return true;
    }

    @Override
    public Optional<Lock> testLock(LockOwner owner, Lock lock) {
        return files.testLock(owner, lock);
    }

    @Override
    public PendingLock lock(LockOwner owner, Lock lock, boolean waits) {
        return files.lock(owner, lock, waits);
    }

    @Override
    public void unlock(LockOwner owner, Lock lock) {
        files.unlock(owner, lock);
    }

    @Override
    public void closeOwner(LockOwner owner) {
        locks.closeOwner(owner);
    }

    @Override
    public HandleId openDirectory(Caller caller, InodeId directory) {
        return directories.open();
    }

    @Override
    public void readDirectory(Caller caller, InodeId directory, HandleId handle, long cookie, DirectorySink sink) {
        directories.read(caller, directory, handle, cookie, sink);
    }

    @Override
    public void releaseDirectory(InodeId directory, HandleId handle) {
        directories.release(handle);
    }

    @Override
    public void fsyncDirectory(InodeId directory, HandleId handle, boolean dataOnly) {
        // A name operation is in the supernode's synced log before it is acknowledged.
    }

    @Override
    public void sync(Caller caller) {
        files.syncAll();
    }

    @Override
    public Statistics statFilesystem(Caller caller, InodeId inode) {
        return statistics.get();
    }

    @Override
    public byte[] getXattr(Caller caller, InodeId inode, byte[] name) {
        return xattrs.get(caller, inode, name);
    }

    @Override
    public List<byte[]> listXattrs(Caller caller, InodeId inode) {
        return xattrs.list(caller, inode);
    }

    @Override
    public void setXattr(Caller caller, InodeId inode, byte[] name, byte[] value, XattrMode mode) {
        xattrs.set(caller, inode, name, value, mode);
    }

    @Override
    public void removeXattr(Caller caller, InodeId inode, byte[] name) {
        xattrs.remove(caller, inode, name);
    }

    @Override
    public void close() {
        flusher.flushAll(operationTimeout);
        factory.releaseAbandoned();
        stats.readTimes().flush();
        locks.close();
        try {
            connection.close();
        } catch (Exception e) {
            throw new IllegalStateException("connection could not be closed", e);
        }
    }
}
