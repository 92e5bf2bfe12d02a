package io.dbfs.fuse.jnr;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.fuse.HandleId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The inode of every open handle, which the path API does not tell. */
final class OpenFiles {
    private final Map<Long, InodeId> inodes = new ConcurrentHashMap<>();

    /** Remembers a handle; the number is what libfuse keeps in {@code fuse_file_info.fh}. */
    long add(InodeId inode, HandleId handle) {
        inodes.put(handle.value(), inode);
        return handle.value();
    }

    /** The inode of a handle; EBADF when it is not open. */
    InodeId inode(HandleId handle) {
        InodeId inode = inodes.get(handle.value());
        if (inode == null) {
            throw new FsException(Errno.EBADF, "handle " + handle.value() + " is not open");
        }
        return inode;
    }

    InodeId remove(HandleId handle) {
        InodeId inode = inode(handle);
        inodes.remove(handle.value());
        return inode;
    }
}
