package io.dbfs.common.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OshiHostStatisticsTest {
    @TempDir
    Path directory;

    @Test
    void samplesTellThisHostsMemoryAndTheSpaceOfTheDataDirectory() throws IOException {
        HostStatistics statistics = new OshiHostStatistics(directory);
        statistics.sample();
        HostLoad load = statistics.sample();
        assertTrue(load.memoryTotalBytes() > 0, load::toString);
        assertTrue(load.memoryAvailableBytes() <= load.memoryTotalBytes(), load::toString);
        assertTrue(load.diskTotalBytes() > 0, load::toString);
        assertTrue(load.diskFreeBytes() <= load.diskTotalBytes(), load::toString);
    }

    @Test
    void aDirectoryThatIsMissingCannotBeWatched() {
        assertThrows(IOException.class, () -> new OshiHostStatistics(directory.resolve("missing")));
    }

    @Test
    void theTwinTellsWhatItWasGiven() {
        FixedHostStatistics statistics = new FixedHostStatistics(new HostLoad(0.5, 2, 1, 4, 3, 0.25));
        assertEquals(0.5, statistics.sample().cpu());
        HostLoad busy = new HostLoad(1, 2, 1, 4, 3, 0);
        statistics.set(busy);
        assertEquals(busy, statistics.sample());
    }

    @Test
    void aShareOutsideZeroToOneIsRefused() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> new HostLoad(1.5, 0, 0, 0, 0, 0));
        assertEquals("cpu: 1.5 (expected: 0 to 1)", refused.getMessage());
    }
}
