package io.dbfs.daemon.cli;

import io.dbfs.proto.ClusterStatus;
import io.dbfs.proto.GetStatusReply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which system, and which of its clusters, a command is about. */
final class SystemOptions {
    @Option(
            names = "--supernodes",
            paramLabel = "HOST:PORT[,...]",
            description = "The supernodes to ask, also from a host that mounts nothing.")
    private @Nullable String supernodes;

    @Option(names = "--cluster", paramLabel = "NAME", description = "This cluster alone.")
    private @Nullable String cluster;

    /** The supernodes to ask: those given, else those of the mount at {@code directory}, or of the only mount. */
    List<String> supernodes(@Nullable Path directory) {
        if (supernodes != null) {
            return Addresses.parse("--supernodes", supernodes);
        }
        try {
            return Running.choose(directory).supernodes();
        } catch (IOException e) {
            throw CommandFailure.failed("list of running mounts: " + e.getMessage());
        }
    }

    /** The cluster asked for by name. */
    Optional<String> clusterName() {
        return Optional.ofNullable(cluster);
    }

    /** The clusters that are meant: the one asked for, else all. */
    List<ClusterStatus> clusters(GetStatusReply status) {
        return clusterName().map(name -> List.of(named(status, name))).orElse(status.getClustersList());
    }

    /**
     * The cluster of a name.
     *
     * @throws CommandFailure when there is none
     */
    static ClusterStatus named(GetStatusReply status, String name) {
        return status.getClustersList().stream()
                .filter(candidate -> candidate.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> CommandFailure.failed(
                        "no cluster is named " + name + " (there are: " + names(status.getClustersList()) + ")"));
    }

    private static String names(List<ClusterStatus> clusters) {
        return clusters.isEmpty()
                ? "none"
                : clusters.stream().map(ClusterStatus::getName).collect(Collectors.joining(", "));
    }
}
