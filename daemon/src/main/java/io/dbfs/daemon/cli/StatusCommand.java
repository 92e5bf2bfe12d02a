package io.dbfs.daemon.cli;

import io.dbfs.proto.GetStatusReply;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dbfs status}. */
@Command(
        name = "status",
        description = {
            "Shows supernodes, clusters with their leaders, nodes with load and free space, chunks below their copies,"
                    + " and mounts.",
            "Without arguments it asks the system of a mount on this host."
        })
final class StatusCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "The mount whose system to show; any, when there is but one.")
    private @Nullable Path directory;

    @Option(
            names = "--supernodes",
            paramLabel = "HOST:PORT[,...]",
            description = "The supernodes to ask, also from a host that mounts nothing.")
    private @Nullable String supernodes;

    @Option(names = "--cluster", paramLabel = "NAME", description = "Show this cluster alone.")
    private @Nullable String cluster;

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    @Override
    public void run() {
        Logs.ofTool(common);
        GetStatusReply status = chosen(StatusClient.ask(addresses()));
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? StatusJson.render(status) : StatusText.render(status).stripTrailing());
        List<String> idle = Replicas.notRunning(status);
        if (!idle.isEmpty()) {
            out.flush();
            throw CommandFailure.of(
                    ExitCode.DEGRADED, "replicas take no part in their group: " + String.join("; ", idle));
        }
        if (status.hasRefusal()) {
            out.flush();
            throw CommandFailure.unavailable("no supernode leads; is a majority of them running?");
        }
    }

    private GetStatusReply chosen(GetStatusReply status) {
        if (cluster == null || status.hasRefusal()) {
            return status;
        }
        var found = status.getClustersList().stream()
                .filter(candidate -> candidate.getName().equals(cluster))
                .toList();
        if (found.isEmpty()) {
            List<String> names = status.getClustersList().stream()
                    .map(candidate -> candidate.getName())
                    .toList();
            throw CommandFailure.failed("no cluster is named " + cluster + " (there are: "
                    + (names.isEmpty() ? "none" : String.join(", ", names)) + ")");
        }
        return status.toBuilder().clearClusters().addAllClusters(found).build();
    }

    private List<String> addresses() {
        if (supernodes != null) {
            return Addresses.parse("--supernodes", supernodes);
        }
        try {
            return Running.choose(directory).supernodes();
        } catch (IOException e) {
            throw CommandFailure.failed("list of running mounts: " + e.getMessage());
        }
    }
}
