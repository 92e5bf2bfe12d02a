package io.dbfs.daemon.cli;

import io.dbfs.daemon.local.Servers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code dbfs node}. */
@Command(
        name = "node",
        description = "Runs a storage node in the foreground; its commands list a cluster's nodes and remove one.",
        subcommands = {NodeListCommand.class, NodeRemoveCommand.class})
final class NodeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    @Mixin
    private ServerCommand server;

    @Override
    public void run() {
        server.serve(Servers::node, common, spec.commandLine());
    }
}
