package io.dbfs.fuse;

import io.dbfs.fuse.jnr.JnrMounter;
import io.dbfs.fuse.kernel.KernelMounter;
import java.nio.file.Path;

/** Puts filesystems under directories. */
public final class Mounts {
    private Mounts() {}

    /**
     * Mounts a filesystem; when this returns, programs can use it. This process must never touch the mounted tree
     * itself: the call would wait for an answer from its own caller.
     *
     * @throws MountException when it cannot be mounted
     */
    public static Mount mount(FileSystem fileSystem, Path mountPoint, MountOptions options) {
        Path directory = MountPoints.prepare(mountPoint, options);
        return switch (options.adapter()) {
            case KERNEL -> KernelMounter.mount(fileSystem, directory, options);
            case JNR -> JnrMounter.mount(fileSystem, directory, options);
        };
    }
}
