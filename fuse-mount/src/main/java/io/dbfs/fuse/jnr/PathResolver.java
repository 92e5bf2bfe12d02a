package io.dbfs.fuse.jnr;

import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.FileSystem;

/** Finds the inodes that libfuse's paths name. The kernel has followed all symlinks already. */
final class PathResolver {
    /** What decoding puts in place of bytes that are not UTF-8. */
    private static final char REPLACEMENT = '\ufffd';

    private final FileSystem fileSystem;
    private final PathCache cache;

    PathResolver(FileSystem fileSystem, PathCache cache) {
        this.fileSystem = fileSystem;
        this.cache = cache;
    }

    /** The inode of an absolute path. */
    Located resolve(Caller caller, String path) {
        Located current = Located.ROOT;
        int start = 1;
        while (start < path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            try (Located directory = current) {
                current = step(caller, directory.inode(), name(path.substring(start, end)));
            }
            start = end + 1;
        }
        return current;
    }

    /** The directory that holds a path's last name. */
    Located resolveParent(Caller caller, String path) {
        return resolve(caller, path.substring(0, path.lastIndexOf('/')));
    }

    /** The last name of a path. */
    Name lastName(String path) {
        return name(path.substring(path.lastIndexOf('/') + 1));
    }

    /** Remembers an entry that was just made, with the reference that making it counted. */
    Located install(InodeId parent, Name name, FileSystem.Entry entry) {
        return cache.install(parent, name, entry);
    }

    void invalidate(InodeId parent, Name name) {
        cache.invalidate(parent, name);
    }

    private Located step(Caller caller, InodeId parent, Name name) {
        return cache.find(parent, name)
                .orElseGet(() -> cache.install(parent, name, fileSystem.lookup(caller, parent, name)));
    }

    private static Name name(String text) {
        if (text.indexOf(REPLACEMENT) >= 0) {
            throw new FsException(Errno.EINVAL, "name is not UTF-8: this adapter cannot carry it");
        }
        return Name.of(text);
    }
}
