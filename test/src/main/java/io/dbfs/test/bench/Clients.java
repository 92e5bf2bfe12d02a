package io.dbfs.test.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts load generators and lets them go at the same moment. */
final class Clients {
    private static final long TIMEOUT_SECONDS = 900;

    private final Path java;
    private final String classPath;

    Clients(Path java, String classPath) {
        this.java = java;
        this.classPath = classPath;
    }

    /** Seconds from the start of so many clients to the end of the last, JVM start-up not counted. */
    double seconds(int count, Path directory, String work, long amount) throws IOException {
        List<Process> clients = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                clients.add(start(work, directory.resolve("client-" + i), amount));
            }
            for (Process client : clients) {
                awaitReady(client);
            }
            long start = System.nanoTime();
            for (Process client : clients) {
                try (OutputStream go = client.getOutputStream()) {
                    go.write('\n');
                }
            }
            for (Process client : clients) {
                awaitEnd(client);
            }
            return Pace.seconds(start);
        } finally {
            clients.forEach(Process::destroyForcibly);
        }
    }

    private Process start(String work, Path directory, long amount) throws IOException {
        return new ProcessBuilder(
                        java.toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        LoadClient.class.getName(),
                        work,
                        directory.toString(),
                        Long.toString(amount))
                .redirectError(Redirect.INHERIT)
                .start();
    }

    private static void awaitReady(Process client) throws IOException {
        BufferedReader output = client.inputReader(StandardCharsets.US_ASCII);
        if (!LoadClient.READY.equals(output.readLine())) {
            throw new IOException("a load generator did not start");
        }
    }

    private static void awaitEnd(Process client) throws IOException {
        if (!Commands.ended(client, TIMEOUT_SECONDS)) {
            throw new IOException("a load generator still works after " + TIMEOUT_SECONDS + " s");
        }
        if (client.exitValue() != 0) {
            throw new IOException("a load generator failed with status " + client.exitValue());
        }
    }
}
