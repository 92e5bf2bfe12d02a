package io.dbfs.test.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One process of DBFS, started by the launcher with the flags that it has in use. */
final class Daemon {
    private static final long STOP_SECONDS = 60;
    private static final int LOG_LINES_SHOWN = 15;

    private final Watched identity;
    private final Path log;
    private final Process process;
    /** Over this process and those of the same name before it. */
    private double peakMebibytes;

    private Daemon(String name, Path log, Process process) {
        identity = new Watched(name, process.pid());
        this.log = log;
        this.process = process;
    }

    /** Starts {@code dbfs} with these arguments; what it prints goes to a file of its name. */
    static Daemon start(Path launcher, String name, Path logs, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(arguments);
        Path log = logs.resolve(name + ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()))
                .start();
        return new Daemon(name, log, process);
    }

    Watched identity() {
        return identity;
    }

    /**
     * Checks that it still runs.
     *
     * @throws IOException with the end of its log when it does not
     */
    void requireRunning() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(identity.name() + " ended with status " + process.exitValue() + ":\n" + logEnd());
        }
    }

    /** Resident memory now, and the most it or a predecessor had. */
    ProcessFigures.Memory memory() throws IOException {
        ProcessFigures.Memory now = ProcessFigures.memory(identity.pid());
        peakMebibytes = Math.max(peakMebibytes, now.peakMebibytes());
        return new ProcessFigures.Memory(now.residentMebibytes(), peakMebibytes);
    }

    /** Takes over the most memory a predecessor had. */
    void inheritPeak(double mebibytes) {
        peakMebibytes = Math.max(peakMebibytes, mebibytes);
    }

    /** Asks it to end and waits for that. */
    void stop() throws IOException {
        process.destroy();
        if (!Commands.ended(process, STOP_SECONDS)) {
            throw new IOException(identity.name() + " still runs " + STOP_SECONDS + " s after SIGTERM:\n" + logEnd());
        }
    }

    /** Ends it at once. */
    void kill() {
        process.destroyForcibly();
    }

    String logEnd() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    }
}
