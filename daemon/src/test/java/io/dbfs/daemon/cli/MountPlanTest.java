package io.dbfs.daemon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MountPlanTest {
    @TempDir
    private Path directory;

    @Test
    void theSourceIsWhatAnFstabLineSaysSoThatMountTellsItIsMounted() {
        MountPlan plan = MountPlan.of(
                Optional.empty(),
                Optional.of(List.of("a:7400", "b:7400")),
                Optional.of(directory),
                List.of("ro,read_ahead=96MiB"));
        assertEquals("a:7400,b:7400", plan.options().source());
    }
}
