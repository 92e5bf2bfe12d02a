package io.dbfs.daemon.cli;

import java.nio.file.Path;
import java.util.Optional;

/** Where this user's things lie. */
final class User {
    private User() {}

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Where {@code dbfs up} keeps its data when nothing else is said. */
    static Path defaultData() {
        Optional<String> chosen = environment("DBFS_DATA");
        if (chosen.isPresent()) {
            return Path.of(chosen.get()).toAbsolutePath().normalize();
        }
        if (isRoot()) {
            return Path.of("/var/lib/dbfs");
        }
        return environment("XDG_DATA_HOME")
                .map(Path::of)
                .orElseGet(() -> home().resolve(".local/share"))
                .resolve("dbfs");
    }

    /** Where running daemons say that they run; emptied by a reboot. */
    static Path runDirectory() {
        Optional<String> chosen = environment("DBFS_RUN");
        if (chosen.isPresent()) {
            return Path.of(chosen.get()).toAbsolutePath();
        }
        if (isRoot()) {
            return Path.of("/run/dbfs");
        }
        return environment("XDG_RUNTIME_DIR")
                .map(Path::of)
                .orElseGet(() -> home().resolve(".cache"))
                .resolve("dbfs");
    }

    /** Where a mount in the background logs. */
    static Path logDirectory() {
        if (isRoot()) {
            return Path.of("/var/log/dbfs");
        }
        return environment("XDG_STATE_HOME")
                .map(Path::of)
                .orElseGet(() -> home().resolve(".local/state"))
                .resolve("dbfs");
    }

    private static Path home() {
        return Path.of(System.getProperty("user.home"));
    }

    private static Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
    }
}
