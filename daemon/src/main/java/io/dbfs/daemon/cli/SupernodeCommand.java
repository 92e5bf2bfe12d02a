package io.dbfs.daemon.cli;

import io.dbfs.daemon.local.Servers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code dbfs supernode}. */
@Command(name = "supernode", description = "Runs a process of the supernode in the foreground.")
final class SupernodeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    @Mixin
    private ServerCommand server;

    @Override
    public void run() {
        server.serve(Servers::supernode, common, spec.commandLine());
    }
}
