package io.dbfs.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path folder;

    @Test
    void reopensAsWhatItWasMade() throws IOException {
        Path path = folder.resolve("a/b");
        DataDirectory.open(path, "node", "archive").close();
        try (DataDirectory again = DataDirectory.open(path, "node", "archive")) {
            assertEquals(path.resolve("raft"), again.resolve("raft"));
        }
    }

    @Test
    void refusesASecondOpener() throws IOException {
        try (DataDirectory held = DataDirectory.open(folder, "node", "archive")) {
            assertRefused("is in use by another process", held.path(), "node", "archive");
        }
    }

    @Test
    void refusesAnotherRole() throws IOException {
        DataDirectory.open(folder, "node", "archive").close();
        assertRefused(
                "belongs to node of 'archive' (expected: supernode of 'archive')", folder, "supernode", "archive");
    }

    @Test
    void refusesAnotherGroup() throws IOException {
        DataDirectory.open(folder, "node", "archive").close();
        assertRefused("belongs to node of 'archive' (expected: node of 'fast')", folder, "node", "fast");
    }

    @Test
    void refusesANewerFormat() throws IOException {
        Files.writeString(folder.resolve("IDENTITY"), "format 3\nrole node\ngroup archive\n");
        assertRefused("was written by a newer version: format 3 (expected: <= 2)", folder, "node", "archive");
    }

    @Test
    void opensAnOlderFormatAndMakesItOfThisOne() throws IOException {
        Files.writeString(folder.resolve("IDENTITY"), "format 1\nrole node\ngroup archive\n");
        DataDirectory.open(folder, "node", "archive").close();
        assertEquals("format 2\nrole node\ngroup archive\n", Files.readString(folder.resolve("IDENTITY")));
    }

    @Test
    void refusesADamagedIdentity() throws IOException {
        Files.writeString(folder.resolve("IDENTITY"), "format x\nrole node\ngroup archive\n");
        assertRefused("has a damaged IDENTITY file", folder, "node", "archive");
    }

    @Test
    void aRefusedOpenLeavesNoLock() throws IOException {
        DataDirectory.open(folder, "node", "archive").close();
        assertRefused("belongs to", folder, "node", "fast");
        DataDirectory.open(folder, "node", "archive").close();
    }

    private static void assertRefused(String reason, Path path, String role, String group) {
        DataDirectoryException refused =
                assertThrows(DataDirectoryException.class, () -> DataDirectory.open(path, role, group));
        assertTrue(String.valueOf(refused.getMessage()).contains(reason), refused.getMessage());
    }
}
