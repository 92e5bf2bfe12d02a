package io.dbfs.daemon.cli;

import io.dbfs.proto.ClusterStatus;
import io.dbfs.proto.GetStatusReply;
import io.dbfs.proto.ListedNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dbfs node remove NAME}. */
@Command(
        name = "remove",
        description = {
            "Removes a node from its cluster: its chunks are copied to the others, then it is forgotten. Returns at"
                    + " once.",
            "Refused where the others cannot hold its chunks, or would be no majority of the voters."
        })
final class NodeRemoveCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    @Mixin
    private SystemOptions system;

    @Parameters(index = "0", paramLabel = "NAME", description = "The node's name, as dbfs node list shows it.")
    private String name;

    @Parameters(
            index = "1",
            paramLabel = "DIR",
            arity = "0..1",
            description = "The mount whose system is meant; any, when there is but one.")
    private @Nullable Path directory;

    @Override
    public void run() {
        Logs.ofTool(common);
        GetStatusReply status = StatusClient.ask(system.supernodes(directory));
        try (MembersClient members = new MembersClient()) {
            Found found = find(members, system.clusters(status));
            members.remove(found.cluster(), found.node());
            spec.commandLine()
                    .getOut()
                    .println("node " + name + " is being removed from cluster "
                            + found.cluster().getName()
                            + ": stop it when dbfs node list does not show it any more");
        }
    }

    private Found find(MembersClient members, List<ClusterStatus> clusters) {
        List<Found> found = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (ClusterStatus cluster : clusters) {
            for (ListedNode node : members.list(cluster)) {
                names.add(node.getRecord().getName());
                if (node.getRecord().getName().equals(name)) {
                    found.add(new Found(cluster, node.getRecord().getNodeId()));
                }
            }
        }
        if (found.isEmpty()) {
            throw CommandFailure.failed("no node is named " + name + " (there are: "
                    + (names.isEmpty() ? "none" : names.stream().sorted().collect(Collectors.joining(", ")))
                    + ")");
        }
        if (found.size() > 1) {
            throw CommandFailure.usage("several clusters have a node named " + name + "; give --cluster NAME");
        }
        return found.get(0);
    }

    private record Found(ClusterStatus cluster, int node) {}
}
