package io.dbfs.fuse;

import io.dbfs.fuse.jnr.JnrMounter;
import io.dbfs.fuse.kernel.KernelMounter;
import io.dbfs.fuse.libfuse.Unmounter;
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

    /**
     * Unmounts what any process mounted at a directory: the process that serves it sees that and ends. A dead mount is
     * cleared away.
     *
     * @param lazily also when programs use it; they keep what they have open
     * @throws MountException when no FUSE filesystem is mounted there, when it is in use, or when not permitted
     */
    public static void unmount(Path mountPoint, boolean lazily) {
        Path directory = MountPoints.locate(mountPoint);
        if (MountTable.read().fuseTypeAt(directory).isEmpty()) {
            throw new MountException("nothing is mounted at " + directory);
        }
        Unmounter unmounter = Unmounter.of(directory);
        if (lazily) {
            unmounter.detach();
        } else {
            unmounter.unmount();
        }
    }
}
