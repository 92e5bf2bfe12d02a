package io.dbfs.daemon.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts this command again as a process of its own, in a session of its own, and waits until it is ready. Readiness is the
 * end of its standard output: it prints its report and lets go ({@link #released}); what it prints before is printed here.
 */
final class Background {
    private static final String MARK = "DBFS_IN_BACKGROUND";
    private static final Duration READY_TIMEOUT = Duration.ofMinutes(2);

    private Background() {}

    /**
     * Runs {@code dbfs} with these arguments in the background.
     *
     * @param errors where its standard error goes
     * @throws CommandFailure with its own complaint when it ends instead of becoming ready
     */
    static void start(List<String> arguments, Path errors, PrintWriter out) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(self());
        command.addAll(arguments);
        Files.createDirectories(errors.toAbsolutePath().getParent());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectError(errors.toFile());
        builder.environment().put(MARK, "1");
        Process process = builder.start();
        CompletableFuture<Void> released = CompletableFuture.runAsync(() -> relay(process, out));
        try {
            released.get(READY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            requireRunning(process, errors);
        } catch (TimeoutException e) {
            throw CommandFailure.failed("not ready within " + READY_TIMEOUT.toSeconds()
                    + " s, still starting as process " + process.pid() + "; see " + errors);
        } catch (ExecutionException e) {
            throw new IOException("background process: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Whether this process was started by {@link #start}. */
    static boolean isBackground() {
        return System.getenv(MARK) != null;
    }

    /** In the background process: it is ready, and whoever started it need not wait any more. */
    static void released() {
        if (isBackground()) {
            // The JDK turns descriptor 1 to /dev/null rather than closing it.
            System.out.close();
        }
    }

    /** The launcher, which chooses the virtual machine's flags by the role; without it, this very virtual machine again. */
    private static List<String> self() {
        String launcher = System.getProperty("dbfs.launcher");
        if (launcher != null) {
            return List.of(launcher);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Dbfs.class.getName()));
        return command;
    }

    private static void relay(Process process, PrintWriter out) {
        process.inputReader(StandardCharsets.UTF_8).lines().forEach(line -> {
            out.println(line);
            out.flush();
        });
    }

    /** A process that has failed has closed its output too; it is about to end, so that waiting for it is short. */
    private static void requireRunning(Process process, Path errors) throws IOException, InterruptedException {
        if (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
            return;
        }
        String complaint = lastLine(errors);
        throw CommandFailure.of(Math.max(ExitCode.FAILED, process.exitValue()), complaint);
    }

    private static String lastLine(Path errors) throws IOException {
        return Files.readAllLines(errors).stream()
                .filter(line -> !line.isBlank())
                .reduce((first, second) -> second)
                .map(line -> line.startsWith("dbfs: ") ? line.substring("dbfs: ".length()) : line)
                .orElse("ended while starting; see " + errors);
    }
}
