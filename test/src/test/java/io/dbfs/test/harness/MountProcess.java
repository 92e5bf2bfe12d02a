package io.dbfs.test.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One mount of a system that runs elsewhere, served by a process of its own. */
public final class MountProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    private static final int HEAP_MEGABYTES = 192;

    private final Path mountPoint;
    private final ServerProcess process;

    private MountProcess(Path mountPoint, ServerProcess process) {
        this.mountPoint = mountPoint;
        this.process = process;
    }

    /** Mounts on a new directory and waits until it is usable. */
    public static MountProcess start(List<String> supernodes, Path mountPoint, List<String> options, Path log)
            throws IOException {
        Files.createDirectories(mountPoint);
        MountProcess mount = of("mount", supernodes, mountPoint, options, log);
        mount.start();
        return mount;
    }

    /** Not yet started; {@code options} as after -o. */
    static MountProcess of(String name, List<String> supernodes, Path mountPoint, List<String> options, Path log) {
        List<String> arguments = new ArrayList<>(List.of("mount", String.join(",", supernodes), mountPoint.toString()));
        if (!options.isEmpty()) {
            arguments.addAll(List.of("-o", String.join(",", options)));
        }
        return new MountProcess(mountPoint, new ServerProcess(name, log, HEAP_MEGABYTES, arguments));
    }

    /** Starts it, or starts it again, and waits until it is usable. */
    void start() {
        process.start();
        Await.until(
                "mounted",
                START_TIMEOUT,
                () -> Files.readString(Path.of("/proc/self/mounts")).contains(" " + mountPoint + " fuse"));
    }

    /** The mounted directory. */
    public Path path() {
        return mountPoint;
    }

    public ServerProcess process() {
        return process;
    }

    /** Takes away what a killed process leaves on its directory. */
    void detach() {
        Shell.tryRun(
                Path.of("/"),
                Duration.ofSeconds(20),
                "grep -q ' " + mountPoint + " fuse' /proc/self/mounts && fusermount -uz '" + mountPoint + "' || true");
    }

    /** Ends it in order if it can, and in any case. */
    @Override
    public void close() {
        if (process.isAlive()) {
            try {
                process.stop();
            } catch (AssertionError e) {
                process.close();
            }
        }
        detach();
    }
}
