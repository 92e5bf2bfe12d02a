package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The directories of one run. They go, and what runs in them ends, also when the run is interrupted. */
final class Workspace implements AutoCloseable {
    private final Path home;
    private final Path local;
    private final Optional<Path> mounted;
    private final Thread atExit = new Thread(this::clearAtExit, "bench-clean-up");
    private Optional<Deployment> running = Optional.empty();
    private boolean cleared;

    private Workspace(Path home, Path local, Optional<Path> mounted) {
        this.home = home;
        this.local = local;
        this.mounted = mounted;
    }

    /**
     * Makes the directories.
     *
     * @param data where they are made; empty: where temporary files are
     * @param mount a mounted directory, in which a directory to work in is made as well
     */
    static Workspace create(Optional<Path> data, Optional<Path> mount) throws IOException {
        Optional<Path> mounted = Optional.empty();
        if (mount.isPresent()) {
            mounted = Optional.of(Files.createTempDirectory(mount.get().toAbsolutePath(), "bench-"));
        }
        Path home = data.isPresent()
                ? Files.createTempDirectory(data.get().toAbsolutePath(), "dbfs-bench-")
                : Files.createTempDirectory("dbfs-bench-");
        Workspace workspace = new Workspace(home, Files.createDirectory(home.resolve("local")), mounted);
        Runtime.getRuntime().addShutdownHook(workspace.atExit);
        return workspace;
    }

    Path home() {
        return home;
    }

    /** The local side's directory. */
    Path local() {
        return local;
    }

    /** The directory to work in on the mount that was given. */
    Path mounted() {
        return mounted.orElseThrow();
    }

    /** Has this stopped before the directories go. */
    synchronized void closeFirst(Deployment deployment) {
        running = Optional.of(deployment);
    }

    private synchronized void clear() throws IOException {
        if (cleared) {
            return;
        }
        cleared = true;
        if (running.isPresent()) {
            running.get().close();
        }
        if (mounted.isPresent()) {
            Trees.empty(mounted.get());
            Files.delete(mounted.get());
        }
        Trees.empty(home);
        Files.delete(home);
    }

    private void clearAtExit() {
        try {
            clear();
        } catch (IOException e) {
            System.err.println("bench: left behind: " + home + ": " + e);
        }
    }

    @Override
    public void close() throws IOException {
        clear();
    }
}
