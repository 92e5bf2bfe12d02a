package io.dbfs.daemon.cli;

import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** What {@code up} and {@code mount} take alike. */
final class MountFlags {
    private static final Set<String> DAEMON = Set.of("-d", "--daemon");

    @Option(
            names = {"-d", "--daemon"},
            description = "Return when the mount is usable and serve it in the background.")
    private boolean daemon;

    @Option(
            names = "-o",
            paramLabel = "OPTION[,...]",
            description = {
                "Mount options: ro, noatime, noexec and so on, allow_other, fuse=kernel|jnr, and the keys of a mount's"
                        + " configuration, such as -o read_ahead=96MiB,attribute_validity=5s."
            })
    private List<String> options = List.of();

    boolean daemon() {
        return daemon;
    }

    List<String> options() {
        return options;
    }

    static boolean isDaemonFlag(String argument) {
        return DAEMON.contains(argument);
    }
}
