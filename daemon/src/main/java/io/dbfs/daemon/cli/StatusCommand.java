package io.dbfs.daemon.cli;

import io.dbfs.proto.GetStatusReply;
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

    @Mixin
    private SystemOptions system;

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "The mount whose system to show; any, when there is but one.")
    private @Nullable Path directory;

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    @Option(
            names = "--lost",
            description = {
                "List the chunks without a readable copy, with the paths of their files.",
                "Looks through all names of the system. Exit status 1 when there are any."
            })
    private boolean lost;

    @Override
    public void run() {
        Logs.ofTool(common);
        GetStatusReply status = chosen(StatusClient.ask(system.supernodes(directory)));
        PrintWriter out = spec.commandLine().getOut();
        if (lost) {
            requireLeader(status);
            print(LostClient.ask(status), out);
            return;
        }
        out.println(json ? StatusJson.render(status) : StatusText.render(status).stripTrailing());
        List<String> idle = Replicas.notRunning(status);
        if (!idle.isEmpty()) {
            out.flush();
            throw CommandFailure.of(
                    ExitCode.DEGRADED, "replicas take no part in their group: " + String.join("; ", idle));
        }
        out.flush();
        requireLeader(status);
    }

    private static void requireLeader(GetStatusReply status) {
        if (status.hasRefusal()) {
            throw CommandFailure.unavailable("no supernode leads; is a majority of them running?");
        }
    }

    private void print(LostReport report, PrintWriter out) {
        out.println(json ? LostText.json(report) : LostText.render(report).stripTrailing());
        if (!report.chunks().isEmpty()) {
            throw CommandFailure.failed(LostText.summary(report));
        }
    }

    private GetStatusReply chosen(GetStatusReply status) {
        return system.clusterName()
                .filter(name -> !status.hasRefusal())
                .map(name -> status.toBuilder()
                        .clearClusters()
                        .addClusters(SystemOptions.named(status, name))
                        .build())
                .orElse(status);
    }
}
