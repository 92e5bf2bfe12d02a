package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.daemon.watch.Coverage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EntryCacheTest {
    private static final InodeId DIRECTORY = new InodeId(1);
    private static final int ENTRIES = 100_000;

    private final Coverage names = new Coverage(() -> 0L);
    private final EntryCache entries =
            new EntryCache(new Validity(() -> 0L, Duration.ofHours(1), Duration.ofHours(1), names, cluster -> names));

    @Test
    void manyUsualNamesAreKept() {
        int kept = keptOf(20);
        assertTrue(kept >= 60_000, "kept: " + kept);
    }

    @Test
    void ofTheLongestNamesSoFewAreKeptThatTheirBytesAreBounded() {
        int kept = keptOf(Name.MAX_BYTES);
        assertTrue(kept <= 40_000, "kept: " + kept);
        assertTrue(kept >= 20_000, "kept: " + kept);
    }

    private int keptOf(int nameBytes) {
        for (int i = 0; i < ENTRIES; i++) {
            entries.heard(entries.stamp(), DIRECTORY, name(i, nameBytes), new EntryCache.Target(new InodeId(100L + i)));
        }
        int kept = 0;
        for (int i = 0; i < ENTRIES; i++) {
            kept += entries.get(DIRECTORY, name(i, nameBytes)) == null ? 0 : 1;
        }
        return kept;
    }

    private static Name name(int number, int bytes) {
        return Name.of(String.format("%0" + bytes + "d", number));
    }
}
