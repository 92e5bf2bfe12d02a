package io.dbfs.daemon.cli;

import io.dbfs.fuse.MountPoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds which of this host's daemons is meant. */
final class Running {
    private Running() {}

    /**
     * The daemon of a mount point; without one, the only daemon there is.
     *
     * @throws CommandFailure when it does not run, or several do
     */
    static Run choose(@Nullable Path directory) throws IOException {
        RunDirectory runs = RunDirectory.ofThisUser();
        if (directory != null) {
            Path located = MountPoints.locate(directory);
            return runs.find(located)
                    .orElseThrow(() -> CommandFailure.unavailable(
                            located + ": no dbfs of this user is mounted there; give --supernodes HOST:PORT"));
        }
        List<Run> all = runs.all();
        if (all.isEmpty()) {
            throw CommandFailure.unavailable(
                    "no dbfs of this user runs on this host; start one with: dbfs up DIR, or give --supernodes HOST:PORT");
        }
        if (all.stream().map(Run::supernodes).distinct().count() > 1) {
            throw CommandFailure.usage("several systems are mounted on this host; name one of: "
                    + all.stream().map(run -> run.mountPoint().toString()).collect(Collectors.joining(", ")));
        }
        return all.get(0);
    }
}
