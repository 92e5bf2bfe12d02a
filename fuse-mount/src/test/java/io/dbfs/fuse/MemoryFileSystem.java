package io.dbfs.fuse;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.AttributeChange.TimeChange;
import io.dbfs.common.Attributes;
import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.common.InodeType;
import io.dbfs.common.Name;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A whole filesystem in memory: the twin of DBFS for tests of the adapters, and what their cost is measured against. */
public final class MemoryFileSystem implements FileSystem {
    private static final int O_TRUNC = 01000;
    private static final int O_APPEND = 02000;
    private static final int O_EXCL = 0200;
    private static final long FIRST_COOKIE = 16;
    private static final long DOT_COOKIE = 1;
    private static final long DOT_DOT_COOKIE = 2;

    private final long validNanos;
    private final boolean discarding;
    private final Map<InodeId, MemoryNode> nodes = new HashMap<>();
    private final Map<Long, OpenFile> handles = new HashMap<>();
    private @Nullable RuntimeException nextFailure;
    private volatile @Nullable KernelCache kernelCache;
    private long nextId = InodeId.ROOT.value();
    private long nextHandle = 1;
    private long nextCookie = FIRST_COOKIE;
    private long nanos = 1_000_000_000_000_000_001L;

    /** Names and attributes are valid for so long; {@code discarding} throws the bytes of files away. */
    public MemoryFileSystem(long validNanos, boolean discarding) {
        this.validNanos = validNanos;
        this.discarding = discarding;
        newNode(Caller.ROOT, InodeType.DIRECTORY.formatBits() | 0755, 0, new byte[0]);
    }

    /** References that the kernel holds, root aside. */
    public synchronized long outstandingReferences() {
        return nodes.values().stream().mapToLong(node -> node.references).sum();
    }

    /** Files and directories that are open. */
    public synchronized int openHandles() {
        return handles.size();
    }

    /** Lets the next create fail by a fault of the program. */
    synchronized void failNextCreate(RuntimeException fault) {
        nextFailure = fault;
    }

    /** Inodes that exist, the root included. */
    synchronized int inodeCount() {
        return nodes.size();
    }

    @Override
    public synchronized Entry lookup(Caller caller, InodeId parent, Name name) {
        return entry(child(directory(parent), name));
    }

    @Override
    public synchronized Attributes lookupParent(Caller caller, InodeId directory) {
        return directory(directory).parent.attributes();
    }

    @Override
    public synchronized void forget(InodeId inode, long lookups) {
        MemoryNode node = node(inode);
        node.references -= lookups;
        if (node.references < 0) {
            throw new IllegalStateException("inode " + inode + " forgotten more often than looked up");
        }
        dropIfUnused(node);
    }

    @Override
    public synchronized Attributes getAttributes(Caller caller, InodeId inode, Optional<HandleId> handle) {
        return node(inode).attributes();
    }

    @Override
    public synchronized Attributes setAttributes(
            Caller caller, InodeId inode, Optional<HandleId> handle, AttributeChange change) {
        MemoryNode node = node(inode);
        node.mode = change.mode().orElse(node.mode);
        node.uid = change.uid().orElse(node.uid);
        node.gid = change.gid().orElse(node.gid);
        change.sizeBytes().ifPresent(size -> {
            node.contents.resize(size);
            node.mtimeNanos = now();
        });
        node.atimeNanos = time(change.atime(), node.atimeNanos);
        node.mtimeNanos = time(change.mtime(), node.mtimeNanos);
        node.ctimeNanos = now();
        return node.attributes();
    }

    private long time(TimeChange change, long before) {
        return switch (change.kind()) {
            case KEEP -> before;
            case NOW -> now();
            case SET -> change.nanos();
        };
    }

    @Override
    public synchronized byte[] readLink(Caller caller, InodeId inode) {
        return node(inode).target;
    }

    @Override
    public synchronized Entry makeNode(Caller caller, InodeId parent, Name name, int mode, long device) {
        return entry(make(caller, parent, name, mode, device, new byte[0]));
    }

    @Override
    public synchronized Entry makeDirectory(Caller caller, InodeId parent, Name name, int mode) {
        int fullMode = InodeType.DIRECTORY.formatBits() | mode;
        return entry(make(caller, parent, name, fullMode, 0, new byte[0]));
    }

    @Override
    public synchronized Entry makeSymlink(Caller caller, InodeId parent, Name name, byte[] target) {
        int mode = InodeType.SYMLINK.formatBits() | 0777;
        return entry(make(caller, parent, name, mode, 0, target));
    }

    private MemoryNode make(Caller caller, InodeId parent, Name name, int mode, long device, byte[] target) {
        MemoryNode directory = directory(parent);
        requireAbsent(directory, name);
        MemoryNode node = newNode(caller, mode & ~caller.umask(), device, target);
        attach(directory, name, node);
        return node;
    }

    @Override
    public synchronized Entry link(Caller caller, InodeId inode, InodeId newParent, Name newName) {
        MemoryNode node = node(inode);
        MemoryNode directory = directory(newParent);
        requireAbsent(directory, newName);
        if (node.isDirectory()) {
            throw new FsException(Errno.EPERM);
        }
        node.linkCount++;
        node.ctimeNanos = now();
        attach(directory, newName, node);
        return entry(node);
    }

    @Override
    public synchronized void unlink(Caller caller, InodeId parent, Name name) {
        MemoryNode directory = directory(parent);
        MemoryNode node = child(directory, name);
        if (node.isDirectory()) {
            throw new FsException(Errno.EISDIR);
        }
        detach(directory, name, node);
        node.linkCount--;
        node.ctimeNanos = now();
        dropIfUnused(node);
    }

    @Override
    public synchronized void removeDirectory(Caller caller, InodeId parent, Name name) {
        MemoryNode directory = directory(parent);
        MemoryNode node = child(directory, name);
        requireEmptyDirectory(node);
        detach(directory, name, node);
        node.linkCount = 0;
        dropIfUnused(node);
    }

    @Override
    public synchronized void rename(
            Caller caller, InodeId parent, Name name, InodeId newParent, Name newName, RenameMode mode) {
        MemoryNode from = directory(parent);
        MemoryNode to = directory(newParent);
        MemoryNode moved = child(from, name);
        @Nullable MemoryNode target = to.children.get(newName);
        if (moved.equals(target)) {
            return;
        }
        if (mode == RenameMode.NO_REPLACE && target != null) {
            throw new FsException(Errno.EEXIST);
        }
        requireOutside(moved, to);
        if (mode == RenameMode.EXCHANGE) {
            MemoryNode other = child(to, newName);
            detach(from, name, moved);
            detach(to, newName, other);
            attach(from, name, other);
        } else {
            detachTarget(to, newName, moved, target);
            detach(from, name, moved);
        }
        attach(to, newName, moved);
        moved.ctimeNanos = now();
    }

    private void detachTarget(MemoryNode to, Name name, MemoryNode moved, @Nullable MemoryNode target) {
        if (target == null) {
            return;
        }
        if (target.isDirectory() != moved.isDirectory()) {
            throw new FsException(target.isDirectory() ? Errno.EISDIR : Errno.ENOTDIR);
        }
        if (target.isDirectory()) {
            requireEmptyDirectory(target);
        }
        detach(to, name, target);
        target.linkCount = target.isDirectory() ? 0 : target.linkCount - 1;
        dropIfUnused(target);
    }

    @Override
    public synchronized Created create(Caller caller, InodeId parent, Name name, int mode, int flags) {
        RuntimeException planted = nextFailure;
        if (planted != null) {
            nextFailure = null;
            throw planted;
        }
        MemoryNode directory = directory(parent);
        @Nullable MemoryNode existing = directory.children.get(name);
        if (existing != null && (flags & O_EXCL) != 0) {
            throw new FsException(Errno.EEXIST);
        }
        int fullMode = InodeType.REGULAR.formatBits() | (mode & 07777);
        MemoryNode node = existing != null ? existing : make(caller, parent, name, fullMode, 0, new byte[0]);
        return new Created(entry(node), new Opened(openNode(node, flags), false, false));
    }

    @Override
    public synchronized Opened open(Caller caller, InodeId inode, int flags) {
        return new Opened(openNode(node(inode), flags), !discarding, false);
    }

    private HandleId openNode(MemoryNode node, int flags) {
        if ((flags & O_TRUNC) != 0) {
            node.contents.resize(0);
        }
        node.openCount++;
        long handle = nextHandle++;
        handles.put(handle, new OpenFile(node, flags));
        return new HandleId(handle);
    }

    @Override
    public synchronized int read(InodeId inode, HandleId handle, long offset, ByteBuffer target) {
        return opened(handle).node.contents.read(offset, target);
    }

    @Override
    public synchronized void write(Caller caller, InodeId inode, HandleId handle, long offset, ByteBuffer source) {
        OpenFile file = opened(handle);
        boolean append = (file.flags & O_APPEND) != 0;
        writePages(inode, handle, append ? file.node.contents.sizeBytes() : offset, source);
    }

    @Override
    public synchronized void writePages(InodeId inode, HandleId handle, long offset, ByteBuffer source) {
        OpenFile file = opened(handle);
        file.node.contents.write(offset, source);
        file.node.mtimeNanos = now();
        file.node.ctimeNanos = file.node.mtimeNanos;
    }

    @Override
    public synchronized void flush(InodeId inode, HandleId handle) {
        opened(handle);
    }

    @Override
    public synchronized void fsync(InodeId inode, HandleId handle, boolean dataOnly) {
        opened(handle);
    }

    @Override
    public synchronized void release(InodeId inode, HandleId handle) {
        OpenFile file = opened(handle);
        handles.remove(handle.value());
        file.node.openCount--;
        dropIfUnused(file.node);
    }

    @Override
    public synchronized void allocate(
            Caller caller, InodeId inode, HandleId handle, int mode, long offset, long length) {
        if (mode != 0) {
            throw new FsException(Errno.EOPNOTSUPP);
        }
        MemoryContents contents = opened(handle).node.contents;
        contents.resize(Math.max(contents.sizeBytes(), offset + length));
    }

    @Override
    public synchronized long seek(InodeId inode, HandleId handle, long offset, boolean data) {
        MemoryContents contents = opened(handle).node.contents;
        long found = contents.seek(offset, data);
        if (offset >= contents.sizeBytes() || (data && found == contents.sizeBytes())) {
            throw new FsException(Errno.ENXIO);
        }
        return found;
    }

    @Override
    public long missingValidNanos(InodeId parent, Name name) {
        return validNanos;
    }

    @Override
    public void attach(KernelCache cache) {
        kernelCache = cache;
    }

    /** What the adapter handed over when it mounted. */
    KernelCache kernelCache() {
        return Objects.requireNonNull(kernelCache, "mounted");
    }

    @Override
    public synchronized HandleId openDirectory(Caller caller, InodeId directory) {
        return openNode(directory(directory), 0);
    }

    @Override
    public synchronized void readDirectory(
            Caller caller, InodeId directory, HandleId handle, long cookie, DirectorySink sink) {
        MemoryNode node = opened(handle).node;
        if (cookie < DOT_COOKIE && !offerDots(sink, ".", node, DOT_COOKIE)) {
            return;
        }
        if (cookie < DOT_DOT_COOKIE && !offerDots(sink, "..", node.parent, DOT_DOT_COOKIE)) {
            return;
        }
        for (Map.Entry<Long, Name> listed : node.listing.tailMap(cookie, false).entrySet()) {
            Name name = listed.getValue();
            MemoryNode child = child(node, name);
            Entry entry = new Entry(child.attributes(), validNanos, validNanos);
            if (!sink.offer(name.toBytes(), child.inode, child.type, listed.getKey(), Optional.of(entry))) {
                return;
            }
            child.references += sink.wantsEntries() ? 1 : 0;
        }
    }

    private static boolean offerDots(DirectorySink sink, String name, MemoryNode node, long cookie) {
        return sink.offer(name.getBytes(StandardCharsets.UTF_8), node.inode, node.type, cookie, Optional.empty());
    }

    @Override
    public synchronized void releaseDirectory(InodeId directory, HandleId handle) {
        release(directory, handle);
    }

    @Override
    public synchronized void fsyncDirectory(InodeId directory, HandleId handle, boolean dataOnly) {
        opened(handle);
    }

    @Override
    public synchronized Statistics statFilesystem(Caller caller, InodeId inode) {
        return new Statistics(1L << 40, 1L << 39, nodes.size());
    }

    @Override
    public synchronized byte[] getXattr(Caller caller, InodeId inode, byte[] name) {
        byte[] value = node(inode).xattrs.get(key(name));
        if (value == null) {
            throw new FsException(Errno.ENODATA);
        }
        return value;
    }

    @Override
    public synchronized List<byte[]> listXattrs(Caller caller, InodeId inode) {
        return node(inode).xattrs.keySet().stream()
                .map(name -> name.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    @Override
    public synchronized void setXattr(Caller caller, InodeId inode, byte[] name, byte[] value, XattrMode mode) {
        Map<String, byte[]> xattrs = node(inode).xattrs;
        boolean exists = xattrs.containsKey(key(name));
        if (mode == XattrMode.CREATE && exists) {
            throw new FsException(Errno.EEXIST);
        }
        if (mode == XattrMode.REPLACE && !exists) {
            throw new FsException(Errno.ENODATA);
        }
        xattrs.put(key(name), value);
    }

    @Override
    public synchronized void removeXattr(Caller caller, InodeId inode, byte[] name) {
        if (node(inode).xattrs.remove(key(name)) == null) {
            throw new FsException(Errno.ENODATA);
        }
    }

    @Override
    public void close() {}

    private static String key(byte[] name) {
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    private MemoryNode newNode(Caller caller, int mode, long device, byte[] target) {
        MemoryNode node = new MemoryNode(new InodeId(nextId++), caller, mode, device, target, discarding, now());
        nodes.put(node.inode, node);
        return node;
    }

    private MemoryNode node(InodeId inode) {
        MemoryNode node = nodes.get(inode);
        if (node == null) {
            throw new FsException(Errno.ESTALE, "inode " + inode);
        }
        return node;
    }

    private MemoryNode directory(InodeId inode) {
        MemoryNode node = node(inode);
        if (!node.isDirectory()) {
            throw new FsException(Errno.ENOTDIR);
        }
        return node;
    }

    private static MemoryNode child(MemoryNode directory, Name name) {
        MemoryNode child = directory.children.get(name);
        if (child == null) {
            throw new FsException(Errno.ENOENT);
        }
        return child;
    }

    private OpenFile opened(HandleId handle) {
        OpenFile file = handles.get(handle.value());
        if (file == null) {
            throw new FsException(Errno.EBADF);
        }
        return file;
    }

    private void attach(MemoryNode directory, Name name, MemoryNode node) {
        directory.children.put(name, node);
        directory.cookies.put(name, nextCookie);
        directory.listing.put(nextCookie++, name);
        directory.mtimeNanos = now();
        directory.ctimeNanos = directory.mtimeNanos;
        if (node.isDirectory()) {
            node.parent = directory;
            directory.linkCount++;
        }
    }

    private void detach(MemoryNode directory, Name name, MemoryNode node) {
        directory.children.remove(name);
        directory.listing.remove(directory.cookies.remove(name));
        directory.mtimeNanos = now();
        directory.ctimeNanos = directory.mtimeNanos;
        if (node.isDirectory()) {
            directory.linkCount--;
        }
    }

    private static void requireAbsent(MemoryNode directory, Name name) {
        if (directory.linkCount == 0) {
            throw new FsException(Errno.ENOENT);
        }
        if (directory.children.containsKey(name)) {
            throw new FsException(Errno.EEXIST);
        }
    }

    private static void requireEmptyDirectory(MemoryNode node) {
        if (!node.isDirectory()) {
            throw new FsException(Errno.ENOTDIR);
        }
        if (!node.children.isEmpty()) {
            throw new FsException(Errno.ENOTEMPTY);
        }
    }

    private static void requireOutside(MemoryNode moved, MemoryNode directory) {
        for (MemoryNode above = directory; !above.inode.equals(InodeId.ROOT); above = above.parent) {
            if (above.equals(moved)) {
                throw new FsException(Errno.EINVAL);
            }
        }
    }

    private void dropIfUnused(MemoryNode node) {
        if (node.linkCount == 0 && node.openCount == 0 && node.references == 0) {
            nodes.remove(node.inode);
        }
    }

    private Entry entry(MemoryNode node) {
        node.references++;
        return new Entry(node.attributes(), validNanos, validNanos);
    }

    private long now() {
        return ++nanos;
    }

    private record OpenFile(MemoryNode node, int flags) {}
}
