package io.dbfs.fuse.jnr;

import io.dbfs.common.Attributes;
import io.dbfs.common.InodeId;
import java.util.Optional;

/**
 * An inode found by its path; the filesystem keeps it until this is closed.
 *
 * @param fresh its attributes, when finding it has just brought them
 */
record Located(InodeId inode, Optional<Attributes> fresh, Runnable release) implements AutoCloseable {
    static final Located ROOT = new Located(InodeId.ROOT, Optional.empty(), () -> {});

    @Override
    public void close() {
        release.run();
    }
}
