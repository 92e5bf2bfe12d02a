package io.dbfs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MountPointsTest {
    @TempDir
    Path temporary;

    @BeforeEach
    void needDevice() {
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "no /dev/fuse here: nothing can be mounted");
    }

    @Test
    void aMissingMountPointIsNamed() {
        assertEquals(
                "mount point " + temporary.resolve("missing") + " does not exist",
                refusal(temporary.resolve("missing")));
        assertEquals("mount point " + temporary.resolve("a/b") + " does not exist", refusal(temporary.resolve("a/b")));
    }

    @Test
    void aFileIsNoMountPoint() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        assertEquals("mount point " + file + " is not a directory", refusal(file));
    }

    @Test
    void aMountPointHoldsNothing() throws IOException {
        Files.createFile(temporary.resolve("file"));
        assertEquals("mount point " + temporary + " is not empty", refusal(temporary));
    }

    @Test
    void aMountPointInUseIsRefused() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("directory"));
        try (Mount mount = Mounts.mount(new MemoryFileSystem(0, false), directory, MountOptions.DEFAULTS)) {
            assertEquals(directory + " is mounted already (fuse.dbfs)", refusal(directory));
            Mounts.unmount(directory, false);
            mount.awaitUnmounted();
        }
        assertEquals("nothing is mounted at " + directory, unmountRefusal(directory));
    }

    @Test
    void whatAKilledProcessLeftBehindIsCleared() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("directory"));
        Process process = MountProgram.start(directory);
        process.destroyForcibly();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(directory, MountPoints.prepare(directory, MountOptions.DEFAULTS));
        assertFalse(MountPoints.clearDeadMount(directory));
    }

    private static String refusal(Path mountPoint) {
        return String.valueOf(
                assertThrows(MountException.class, () -> MountPoints.prepare(mountPoint, MountOptions.DEFAULTS))
                        .getMessage());
    }

    private static String unmountRefusal(Path mountPoint) {
        return String.valueOf(assertThrows(MountException.class, () -> Mounts.unmount(mountPoint, false))
                .getMessage());
    }
}
