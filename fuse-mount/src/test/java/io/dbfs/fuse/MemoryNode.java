package io.dbfs.fuse;

import io.dbfs.common.Attributes;
import io.dbfs.common.Caller;
import io.dbfs.common.InodeId;
import io.dbfs.common.InodeType;
import io.dbfs.common.Name;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** An inode of {@link MemoryFileSystem}, which guards it. */
final class MemoryNode {
    final InodeId inode;
    final InodeType type;
    final long device;
    final MemoryContents contents;
    final byte[] target;
    final Map<Name, MemoryNode> children = new HashMap<>();
    /** The order of listing: names by the cookie that the entry got when it was made. */
    final TreeMap<Long, Name> listing = new TreeMap<>();

    final Map<Name, Long> cookies = new HashMap<>();
    final Map<String, byte[]> xattrs = new TreeMap<>();
    MemoryNode parent;
    int mode;
    int uid;
    int gid;
    int linkCount;
    long atimeNanos;
    long mtimeNanos;
    long ctimeNanos;
    final long birthNanos;
    long references;
    int openCount;

    MemoryNode(InodeId inode, Caller caller, int mode, long device, byte[] target, boolean discarding, long nanos) {
        this.inode = inode;
        this.type = InodeType.ofMode(mode);
        this.mode = mode & 07777;
        this.uid = caller.uid();
        this.gid = caller.gid();
        this.device = device;
        this.target = target;
        this.contents = new MemoryContents(discarding);
        this.linkCount = type == InodeType.DIRECTORY ? 2 : 1;
        this.parent = this;
        atimeNanos = nanos;
        mtimeNanos = nanos;
        ctimeNanos = nanos;
        birthNanos = nanos;
    }

    boolean isDirectory() {
        return type == InodeType.DIRECTORY;
    }

    Attributes attributes() {
        long size = type == InodeType.SYMLINK ? target.length : isDirectory() ? 4096 : contents.sizeBytes();
        return new Attributes(
                inode,
                type,
                mode,
                uid,
                gid,
                linkCount,
                device,
                size,
                contents.allocatedBytes(),
                atimeNanos,
                mtimeNanos,
                ctimeNanos,
                birthNanos);
    }
}
