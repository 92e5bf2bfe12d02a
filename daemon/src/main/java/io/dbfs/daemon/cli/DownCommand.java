package io.dbfs.daemon.cli;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dbfs down DIR}. */
@Command(
        name = "down",
        description = "Stops the system that \"dbfs up DIR\" started: writes back, unmounts, stops. The data stays.")
final class DownCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    @Parameters(paramLabel = "DIR", description = "Its mount point.")
    private Path directory;

    @Option(
            names = {"-f", "--force"},
            description = "Also while programs use it: their files turn into errors.")
    private boolean force;

    @Override
    public void run() {
        Logs.ofTool(common);
        try {
            Stopper.stop(directory, Run.UP, force, spec.commandLine().getOut());
        } catch (IOException e) {
            throw CommandFailure.failed(directory + ": " + e.getMessage());
        }
    }
}
