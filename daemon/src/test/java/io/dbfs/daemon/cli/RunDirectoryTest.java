package io.dbfs.daemon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    private static final Path MOUNT_POINT = Path.of("/mnt/with space\nand line");

    @TempDir
    Path directory;

    private final Run mine = Run.ofThisProcess(Run.MOUNT, MOUNT_POINT, List.of("a:7400", "b:7400"), "", "/log");

    @Test
    void aRunningDaemonIsFoundByItsMountPoint() throws IOException {
        RunDirectory runs = new RunDirectory(directory.resolve("run"));
        assertEquals(List.of(), runs.all());
        runs.put(mine);
        assertEquals(Optional.of(mine), runs.find(MOUNT_POINT));
        assertEquals(List.of(mine), runs.all());
        runs.remove(mine);
        assertEquals(Optional.empty(), runs.find(MOUNT_POINT));
    }

    @Test
    void aRecordWhosePidIsAnotherProcessNowCountsAsAbsent() throws IOException {
        RunDirectory runs = new RunDirectory(directory);
        runs.put(new Run(Run.UP, mine.pid(), Instant.EPOCH, MOUNT_POINT, List.of("a:1"), "", ""));
        assertEquals(Optional.empty(), runs.find(MOUNT_POINT));
        assertEquals(List.of(), runs.all());
    }

    @Test
    void onlyItsOwnRecordIsTakenBack() throws IOException {
        RunDirectory runs = new RunDirectory(directory);
        runs.put(mine);
        runs.remove(new Run(Run.UP, mine.pid(), mine.started(), MOUNT_POINT, List.of("x:1"), "", ""));
        assertEquals(Optional.of(mine), runs.find(MOUNT_POINT));
    }

    @Test
    void aDamagedRecordIsPassedOver() throws IOException {
        RunDirectory runs = new RunDirectory(directory);
        runs.put(mine);
        try (var files = Files.list(directory)) {
            Files.writeString(files.findFirst().orElseThrow(), "{\"kind\":");
        }
        assertEquals(Optional.empty(), runs.find(MOUNT_POINT));
        assertTrue(runs.all().isEmpty());
    }
}
