package io.dbfs.supernode.names;

import static io.dbfs.supernode.names.NamesFixture.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.proto.EntryRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirectoryListingTest {
    private final NamesFixture names = new NamesFixture();

    @AfterEach
    void close() {
        names.close();
    }

    @Test
    void cookiesIncreaseFromSixteenOn() {
        for (int i = 0; i < 5; i++) {
            names.file(ROOT, "f" + i);
        }
        long previous = 15;
        for (EntryRecord entry : list(0, 100)) {
            assertTrue(entry.getCookie() > previous, entry.toString());
            previous = entry.getCookie();
        }
    }

    @Test
    void aListingInPagesSeesEveryEntryThatStaysExactlyOnce() {
        for (int i = 0; i < 20; i++) {
            names.file(ROOT, "f" + i);
        }
        List<String> seen = new ArrayList<>();
        long cookie = 0;
        for (int page = 0; page < 10; page++) {
            for (EntryRecord entry : list(cookie, 3)) {
                seen.add(entry.getName().toStringUtf8());
                cookie = entry.getCookie();
            }
            names.unlink(ROOT, "f" + page);
            names.file(ROOT, "late" + page);
        }
        for (int i = 10; i < 20; i++) {
            String name = "f" + i;
            assertEquals(1, seen.stream().filter(name::equals).count(), name);
        }
    }

    @Test
    void anEntryThatIsReplacedKeepsItsPlace() {
        names.file(ROOT, "new");
        long replaced = names.file(ROOT, "old");
        long cookie = list(0, 10).get(1).getCookie();
        names.rename(ROOT, "new", ROOT, "old");
        EntryRecord entry = list(0, 10).get(0);
        assertEquals(cookie, entry.getCookie());
        assertTrue(entry.getInode() != replaced);
    }

    private List<EntryRecord> list(long after, int limit) {
        return names.read(reader -> reader.entriesAfter(ROOT, after, limit));
    }
}
