package io.dbfs.daemon.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A running daemon that serves a mount.
 *
 * @param kind {@code up} or {@code mount}
 * @param started when the process started: a pid alone may be another's by now
 * @param supernodes "host:port" of each
 * @param log where its log is, empty when on the console
 */
record Run(String kind, long pid, Instant started, Path mountPoint, List<String> supernodes, String data, String log) {
    static final String UP = "up";
    static final String MOUNT = "mount";

    Run {
        supernodes = List.copyOf(supernodes);
    }

    /** This process, serving a mount. */
    static Run ofThisProcess(String kind, Path mountPoint, List<String> supernodes, String data, String log) {
        ProcessHandle self = ProcessHandle.current();
        return new Run(kind, self.pid(), startOf(self), mountPoint, supernodes, data, log);
    }

    /** The process, while it lives. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid).filter(process -> startOf(process).equals(started));
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }
}
