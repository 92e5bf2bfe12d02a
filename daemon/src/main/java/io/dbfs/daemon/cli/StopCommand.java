package io.dbfs.daemon.cli;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What {@code dbfs down} and {@code dbfs umount} have in common: all but the kind of daemon they end. */
abstract class StopCommand implements Runnable {
    private final String kind;

    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    @Parameters(paramLabel = "DIR", description = "The mount point.")
    private Path directory;

    @Option(
            names = {"-f", "--force"},
            description = "Also while programs use it: their files turn into errors.")
    private boolean force;

    /** @param kind of {@link Run} */
    StopCommand(String kind) {
        this.kind = kind;
    }

    @Override
    public void run() {
        Logs.ofTool(common);
        try {
            Stopper.stop(directory, kind, force, spec.commandLine().getOut());
        } catch (IOException e) {
            throw CommandFailure.failed(directory + ": " + e.getMessage());
        }
    }
}
