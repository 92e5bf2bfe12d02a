package io.dbfs.test.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One {@code dbfs} process, a JVM of its own, that can be killed, paused and started again. */
public final class ServerProcess implements AutoCloseable {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(40);

    private final String name;
    private final List<String> arguments;
    private final Path log;
    private final int heapMegabytes;
    private @Nullable Process process;

    ServerProcess(String name, Path log, int heapMegabytes, List<String> arguments) {
        this.name = name;
        this.log = log;
        this.heapMegabytes = heapMegabytes;
        this.arguments = List.copyOf(arguments);
    }

    public String name() {
        return name;
    }

    /** Starts it, or starts it again. */
    public void start() {
        ProcessBuilder builder = DbfsCommand.builder(heapMegabytes, arguments)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it runs now. */
    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    public long pid() {
        return running().pid();
    }

    /** SIGKILL, and waits until it is gone. */
    public void kill() {
        signal("KILL");
        awaitExit();
    }

    /** SIGSTOP. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    /** SIGTERM, and waits until it has ended by itself. */
    public void stop() {
        signal("TERM");
        awaitExit();
    }

    /** What it printed and logged so far. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String signal) {
        Shell.run(Path.of("/"), "kill -" + signal + " " + running().pid());
    }

    private void awaitExit() {
        try {
            if (!running().waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(
                        name + " did not end within " + STOP_TIMEOUT.toSeconds() + " s; its log:\n" + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + name + " stops", e);
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return process;
    }

    /** Ends it whatever it does. */
    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
            awaitExit();
        }
    }
}
