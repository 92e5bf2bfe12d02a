package io.dbfs.daemon.vfs;

import io.dbfs.common.InodeId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The regular files that are open on this mount. Thread-safe. */
final class OpenFiles {
    private final ConcurrentMap<InodeId, OpenFile> files = new ConcurrentHashMap<>();

    /** The open file with one handle more; made by {@code opened}, which must not block, when it is the first. */
    OpenFile acquire(InodeId inode, Supplier<OpenFile> opened) {
        OpenFile result = files.compute(inode, (key, open) -> {
            OpenFile file = open == null ? opened.get() : open;
            file.addHandle();
            return file;
        });
        if (result == null) {
            throw new IllegalStateException("open file vanished: " + inode);
        }
        return result;
    }

    /** One handle less; whether it was the last, and the file is not open any more. */
    boolean release(OpenFile file) {
        return files.computeIfPresent(file.inode(), (key, open) -> open.removeHandle() ? null : open) == null;
    }

    void forEach(Consumer<OpenFile> visitor) {
        files.values().forEach(visitor);
    }

    @Nullable
    OpenFile get(InodeId inode) {
        return files.get(inode);
    }
}
