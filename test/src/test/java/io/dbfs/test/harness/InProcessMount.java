package io.dbfs.test.harness;

import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.RpcCounter;
import io.dbfs.daemon.vfs.DbfsFileSystem;
import io.dbfs.daemon.vfs.MountConfig;
import io.dbfs.fuse.Mount;
import io.dbfs.fuse.MountOptions;
import io.dbfs.fuse.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A mount that this JVM serves, so that a test can count what it asks of the servers. The JVM must not touch the mounted
 * directory itself, only by programs it starts.
 */
public final class InProcessMount implements AutoCloseable {
    private final Path mountPoint;
    private final RpcCounter counter = new RpcCounter();
    private final DbfsFileSystem fileSystem;
    private final Mount mount;

    private InProcessMount(List<String> supernodes, Path mountPoint) {
        this.mountPoint = mountPoint;
        this.fileSystem = DbfsFileSystem.connect(
                MountConfig.of(supernodes, mountPoint.toString(), "localhost", "test"), new Channels(counter));
        this.mount = Mounts.mount(fileSystem, mountPoint, MountOptions.parse(""));
    }

    /** Mounts a system on a new directory. */
    public static InProcessMount of(Deployment deployment, Path mountPoint) throws IOException {
        return new InProcessMount(deployment.supernodeAddresses(), Files.createDirectories(mountPoint));
    }

    /** The mounted directory. */
    public Path path() {
        return mountPoint;
    }

    /** The requests made while {@code action} runs, by method; what a mount at rest sends is left out. */
    public Map<String, Long> requests(Runnable action) {
        Map<String, Long> before = counter.counts();
        action.run();
        Map<String, Long> made = new TreeMap<>();
        counter.counts().forEach((method, count) -> {
            long more = count - before.getOrDefault(method, 0L);
            if (more > 0 && !method.contains("Sessions/") && !method.contains("Changes/")) {
                made.put(method, more);
            }
        });
        return made;
    }

    @Override
    public void close() {
        mount.close();
        fileSystem.close();
    }
}
