package io.dbfs.test.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command {@code dbfs} of the build under test, as a process of its own. */
public final class DbfsCommand {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final int HEAP_MEGABYTES = 256;

    private DbfsCommand() {}

    /** How it ended and what it printed. */
    public record Result(int status, String out, String err) {}

    /** Runs it to its end. */
    public static Result run(String... arguments) {
        try {
            Path out = Files.createTempFile("dbfs-command", ".out");
            Path err = Files.createTempFile("dbfs-command", ".err");
            try {
                Process process = builder(HEAP_MEGABYTES, List.of(arguments))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("dbfs " + String.join(" ", arguments) + " did not end within "
                            + TIMEOUT.toSeconds() + " s\n" + read(out) + read(err));
                }
                return new Result(process.exitValue(), read(out), read(err));
            } finally {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (IOException e) {
            throw new AssertionError("cannot run dbfs", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    static ProcessBuilder builder(int heapMegabytes, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx" + heapMegabytes + "m",
                "-XX:MaxDirectMemorySize=256m",
                "-Dfile.encoding=UTF-8",
                "-Dsun.jnu.encoding=UTF-8",
                "-Dcom.google.protobuf.use_unsafe_pre22_gencode=true",
                "-cp",
                System.getProperty("java.class.path"),
                "io.dbfs.daemon.cli.Dbfs"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
