package io.dbfs.fuse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that serves a filesystem in memory until it is unmounted or killed. Argument: the mount point. */
final class MountProgram {
    private static final String MOUNTED = "mounted";

    private MountProgram() {}

    public static void main(String[] arguments) {
        MemoryFileSystem fileSystem = new MemoryFileSystem(1_000_000_000, false);
        try (Mount mount = Mounts.mount(fileSystem, Path.of(arguments[0]), MountOptions.DEFAULTS)) {
            System.out.println(MOUNTED);
            mount.awaitUnmounted();
        }
    }

    /** Starts the process; returns when it has mounted. */
    static Process start(Path mountPoint) throws IOException {
        Process process = java(MountProgram.class, mountPoint).start();
        // Left open: the process goes on writing to it.
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder seen = new StringBuilder();
        for (String line = output.readLine(); !MOUNTED.equals(line); line = output.readLine()) {
            if (line == null) {
                throw new IOException("the process ended without mounting: " + seen);
            }
            seen.append(line).append('\n');
        }
        return process;
    }

    /** A process of another program among the tests, with one argument. */
    static ProcessBuilder java(Class<?> program, Path argument) {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        argument.toString())
                .redirectErrorStream(true);
    }
}
