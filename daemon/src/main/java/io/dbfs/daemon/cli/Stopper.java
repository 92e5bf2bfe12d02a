package io.dbfs.daemon.cli;

import io.dbfs.fuse.MountPoints;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends a daemon from outside: unmounts, which makes it write back and end, and waits for that. */
final class Stopper {
    private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(60);

    private Stopper() {}

    /**
     * Stops the daemon of a mount point; takes away the mount of one that was killed.
     *
     * @param kind what the caller thinks it is; another kind is named and left alone
     * @throws CommandFailure when there is none, or programs use the mount
     */
    static void stop(Path directory, String kind, boolean force, PrintWriter out) throws IOException {
        Path located = MountPoints.locate(directory);
        Optional<Run> found = RunDirectory.ofThisUser().find(located);
        if (found.isEmpty()) {
            withoutDaemon(located, out);
            return;
        }
        Run run = found.get();
        if (!run.kind().equals(kind)) {
            throw CommandFailure.usage(located + ": was started by: dbfs " + run.kind() + "; end it with: dbfs "
                    + (run.kind().equals(Run.UP) ? "down " : "umount ") + located);
        }
        if (!force) {
            requireUnused(located);
        }
        end(run);
        out.println(located + ": " + (kind.equals(Run.UP) ? "stopped" : "unmounted"));
    }

    private static void withoutDaemon(Path located, PrintWriter out) throws IOException {
        Optional<String> type = MountPoints.typeAt(located);
        if (type.isEmpty()) {
            throw CommandFailure.unavailable(located + ": not mounted, and no dbfs runs for it");
        }
        if (!type.get().equals("fuse.dbfs")) {
            throw CommandFailure.failed(located + ": a " + type.get() + " is mounted there, not a dbfs");
        }
        if (MountPoints.clearDeadMount(located)) {
            out.println(located + ": removed the dead mount that a killed daemon had left");
            return;
        }
        throw CommandFailure.failed(located + ": mounted by a daemon of another user; run this as that user");
    }

    /** Asked beforehand: once the daemon is told to end, its users could only see errors. */
    private static void requireUnused(Path located) throws IOException {
        String users = MountUsers.describe(located);
        if (!users.isEmpty()) {
            throw CommandFailure.failed(located + ": in use by " + users + "; let them end, or add --force");
        }
    }

    private static void end(Run run) {
        Optional<ProcessHandle> process = run.process();
        if (process.isEmpty()) {
            return;
        }
        process.get().destroy();
        try {
            process.get().onExit().get(EXIT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw CommandFailure.failed("process " + run.pid() + " did not end within " + EXIT_TIMEOUT.toSeconds()
                    + " s; its log: " + run.log() + "; the last resort: kill -9 " + run.pid());
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for process " + run.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted");
        }
    }
}
