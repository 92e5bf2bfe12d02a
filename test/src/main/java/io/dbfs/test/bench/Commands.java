package io.dbfs.test.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Short commands of the system. */
final class Commands {
    private static final long TIMEOUT_SECONDS = 120;

    private Commands() {}

    /**
     * Runs a command to its end.
     *
     * @throws IOException when it fails or does not end within two minutes
     */
    static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectInput(Redirect.from(new java.io.File("/dev/null")))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT)
                .start();
        if (!ended(process, TIMEOUT_SECONDS)) {
            process.destroyForcibly();
            throw new IOException(List.of(command) + ": still running after " + TIMEOUT_SECONDS + " s");
        }
        if (process.exitValue() != 0) {
            throw new IOException(List.of(command) + ": exit status " + process.exitValue());
        }
    }

    /** Waits for a process; false when it still runs after that time. */
    static boolean ended(Process process, long seconds) throws IOException {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a process runs", e);
        }
    }
}
