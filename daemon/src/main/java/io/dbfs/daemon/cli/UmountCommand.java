package io.dbfs.daemon.cli;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dbfs umount DIR}. */
@Command(name = "umount", description = "Unmounts what \"dbfs mount\" mounted, after writing back.")
final class UmountCommand implements Runnable {
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

    @Override
    public void run() {
        Logs.ofTool(common);
        try {
            Stopper.stop(directory, Run.MOUNT, force, spec.commandLine().getOut());
        } catch (IOException e) {
            throw CommandFailure.failed(directory + ": " + e.getMessage());
        }
    }
}
