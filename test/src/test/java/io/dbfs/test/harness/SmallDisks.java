package io.dbfs.test.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Directories on filesystems of their own, small ones in memory, so that they can be filled. */
public final class SmallDisks implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Path parent;
    private final List<Path> mounted = new ArrayList<>();

    private SmallDisks(Path parent) {
        this.parent = parent;
    }

    /** Mounts one of this size on each of the named directories; the test is skipped where this process may not mount. */
    public static SmallDisks mount(Path parent, int megabytes, List<String> names) throws IOException {
        SmallDisks disks = new SmallDisks(parent);
        try {
            for (String name : names) {
                disks.mount(megabytes, name);
            }
        } catch (IOException | RuntimeException | AssertionError failure) {
            disks.close();
            throw failure;
        }
        return disks;
    }

    private void mount(int megabytes, String name) throws IOException {
        Path directory = Files.createDirectories(parent.resolve(name));
        Shell.Result result = Shell.tryRun(
                parent, TIMEOUT, "mount -t tmpfs -o size=" + megabytes + "m dbfs-test '" + directory + "'");
        Assumptions.assumeTrue(result.status() == 0, "a tmpfs cannot be mounted here: " + result.output());
        mounted.add(directory);
    }

    @Override
    public void close() {
        mounted.forEach(directory -> Shell.tryRun(parent, TIMEOUT, "umount -l '" + directory + "'"));
        mounted.clear();
    }
}
