package io.dbfs.fuse;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A mount that another process serves. */
final class ServedMount implements AutoCloseable {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(180);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long STOP_SECONDS = 20;
    /** USER_HZ: what /proc counts processor time in, 100 on every Linux that Java runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;
    /** Position of utime in /proc/PID/stat, counted behind the command's closing parenthesis; stime follows. */
    private static final int UTIME = 11;

    private static final OperatingSystemMXBean THIS_PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Process process;
    private final Path directory;

    private ServedMount(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
    }

    /** Starts a program whose last argument is the directory; returns when it has mounted. */
    static ServedMount start(List<String> command, Path directory) throws IOException {
        List<String> words = new ArrayList<>(command);
        words.add(directory.toString());
        Process process = new ProcessBuilder(words)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ServedMount mount = new ServedMount(process, directory);
        long end = System.nanoTime() + START_NANOS;
        while (!mount.isMounted()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new IOException(words.get(0) + " for " + directory + ": did not mount");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return mount;
    }

    private boolean isMounted() throws IOException {
        return Files.readString(Path.of("/proc/self/mounts")).contains(" " + directory + " ");
    }

    Path directory() {
        return directory;
    }

    /** What this process, which makes the calls, and the one that serves them have used until now. */
    long processorNanos() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        long ticks = Long.parseLong(fields.get(UTIME)) + Long.parseLong(fields.get(UTIME + 1));
        return THIS_PROCESS.getProcessCpuTime() + ticks * NANOS_PER_TICK;
    }

    /** Ends the process as a person would, and what is left of the mount with it. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
        awaitEnd(process);
        if (isMounted()) {
            awaitEnd(new ProcessBuilder("umount", "-l", directory.toString())
                    .inheritIO()
                    .start());
        }
        Files.delete(directory);
    }

    private static void awaitEnd(Process process) {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
