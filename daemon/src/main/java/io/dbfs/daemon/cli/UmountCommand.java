package io.dbfs.daemon.cli;

import picocli.CommandLine.Command;

/** {@code dbfs umount DIR}. */
@Command(name = "umount", description = "Unmounts what \"dbfs mount\" mounted, after writing back.")
final class UmountCommand extends StopCommand {
    UmountCommand() {
        super(Run.MOUNT);
    }
}
