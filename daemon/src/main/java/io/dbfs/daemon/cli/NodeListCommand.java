package io.dbfs.daemon.cli;

import io.dbfs.common.config.Quantities;
import io.dbfs.proto.ClusterStatus;
import io.dbfs.proto.Health;
import io.dbfs.proto.ListedNode;
import io.dbfs.proto.NodeState;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dbfs node list}. */
@Command(
        name = "list",
        description = "Lists the nodes of each cluster: host, health, whether they vote, what they store.")
final class NodeListCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    @Mixin
    private SystemOptions system;

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "The mount whose system is meant; any, when there is but one.")
    private @Nullable Path directory;

    @Override
    public void run() {
        Logs.ofTool(common);
        PrintWriter out = spec.commandLine().getOut();
        try (MembersClient members = new MembersClient()) {
            for (ClusterStatus cluster : system.clusters(StatusClient.ask(system.supernodes(directory)))) {
                out.println("Cluster " + cluster.getName());
                out.print(table(members.list(cluster)));
            }
        }
        out.flush();
    }

    private static TextTable table(List<ListedNode> nodes) {
        TextTable table = new TextTable("NODE", "NAME", "ADDRESS", "HOST", "STATE", "ROLE", "FREE", "STORED");
        for (ListedNode node : nodes) {
            table.row(
                    node.getRecord().getNodeId(),
                    node.getRecord().getName(),
                    node.getRecord().getAddress(),
                    node.getHost(),
                    state(node),
                    role(node),
                    Quantities.describeBytes(node.getUsableFreeBytes()),
                    Quantities.describeBytes(node.getChunkBytes()));
        }
        return table;
    }

    private static String state(ListedNode node) {
        if (node.getRecord().getState() == NodeState.LEAVING) {
            return "being removed";
        }
        if (node.getRecord().getState() == NodeState.GONE) {
            return "DEAD";
        }
        if (node.getRecord().getStopped()) {
            return "stopped, waited for";
        }
        return node.getHealth() == Health.HEALTHY
                ? "healthy"
                : node.getHealth().name().toLowerCase(Locale.ROOT) + ", silent for " + node.getSilentMillis() / 1000
                        + " s";
    }

    private static String role(ListedNode node) {
        if (node.getLeads()) {
            return "leader";
        }
        return node.getVotes() ? "voter" : "learner";
    }
}
