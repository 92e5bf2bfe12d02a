package io.dbfs.daemon.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Runs small helper programs of the system, for a bounded time. */
final class Programs {
    private static final long TIMEOUT_SECONDS = 20;

    private Programs() {}

    /** Runs a program to its end; its output, both streams together, is small. */
    static Result run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .start();
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Result(ExitCode.FAILED, command[0] + " did not end within " + TIMEOUT_SECONDS + " s");
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.exitValue(), output);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(command[0] + ": interrupted", e);
        }
    }

    /** How a program ended and what it said. */
    record Result(int exitCode, String output) {
        String firstLine() {
            return output.lines().findFirst().orElse("status " + exitCode);
        }
    }
}
