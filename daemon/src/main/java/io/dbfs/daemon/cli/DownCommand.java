package io.dbfs.daemon.cli;

import picocli.CommandLine.Command;

/** {@code dbfs down DIR}. */
@Command(
        name = "down",
        description = "Stops the system that \"dbfs up DIR\" started: writes back, unmounts, stops. The data stays.")
final class DownCommand extends StopCommand {
    DownCommand() {
        super(Run.UP);
    }
}
