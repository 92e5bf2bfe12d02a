package io.dbfs.test.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs what a person would type. Every command has a deadline: a dead mount must fail a test, not hang it. */
public final class Shell {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private Shell() {}

    /** What a command printed (both streams) and how it ended. */
    public record Result(int status, String output) {}

    /** Runs a bash script in a directory; fails unless it exits 0. Returns what it printed. */
    public static String run(Path directory, String script) {
        Result result = tryRun(directory, TIMEOUT, script);
        if (result.status() != 0) {
            throw new AssertionError("exit status " + result.status() + " of: " + script + "\n" + result.output());
        }
        return result.output();
    }

    /** Runs a bash script in a directory to its end, however it ends. */
    public static Result tryRun(Path directory, Duration timeout, String script) {
        try {
            Path output = Files.createTempFile("dbfs-shell", ".out");
            try {
                // The shell changes into the directory itself: the JVM that tests must never wait in a dead mount.
                Process process = new ProcessBuilder(List.of(
                                "bash", "-c", "cd \"$0\" && set -euo pipefail\n" + script, directory.toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(
                                Path.of("/dev/null").toFile()))
                        .start();
                boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
                if (!ended) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
                String printed = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
                return new Result(ended ? process.exitValue() : -1, ended ? printed : printed + "\n(timed out)");
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new AssertionError("cannot run: " + script, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + script, e);
        }
    }
}
