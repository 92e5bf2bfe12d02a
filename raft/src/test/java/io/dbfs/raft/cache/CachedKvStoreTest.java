package io.dbfs.raft.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.raft.KvStore;
import io.dbfs.raft.KvStoreContract;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateView;
import io.dbfs.raft.memory.MemoryKvStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CachedKvStoreTest extends KvStoreContract {
    private final CountingKvStore counted = new CountingKvStore(new MemoryKvStore());
    private final CachedKvStore cached = new CachedKvStore(counted, 1 << 20);
    private final StateView live = cached.live();

    @Override
    protected KvStore open(Path directory) {
        return new CachedKvStore(new MemoryKvStore(), 1 << 20);
    }

    @Test
    void aKeyIsReadFromTheStoreOnceWhetherItIsThereOrNot() {
        counted.commit(1, List.of(put("a", "1")));
        for (int i = 0; i < 3; i++) {
            assertEquals(Optional.of("1"), get("a"));
            assertEquals(Optional.empty(), get("b"));
        }
        // One more for how far there is nothing.
        assertEquals(3, counted.reads());
    }

    @Test
    void whatFollowsAKeyThatIsNotThereIsNotAskedFor() {
        counted.commit(1, List.of(put("a1", "1"), put("a7", "7"), put("b", "")));
        assertEquals(Optional.empty(), get("a2"));
        assertEquals(2, counted.reads());

        cached.commit(2, List.of(put("a2", "2")));
        assertEquals(Optional.empty(), get("a3"));
        cached.commit(3, List.of(put("a3", "3"), put("a5", "5")));

        assertEquals(Optional.of("2"), get("a2"));
        assertEquals(Optional.of("3"), get("a3"));
        assertEquals(Optional.empty(), get("a4"));
        assertEquals(Optional.of("5"), get("a5"));
        assertEquals(Optional.empty(), get("a6"));
        assertEquals(Optional.of("7"), get("a7"));
        assertEquals(List.of("a2", "a3", "a5", "a7"), scan("a", "a2", 4));
        assertEquals(2, counted.reads());
        assertEquals(Optional.of("1"), get("a1"));
        assertEquals(3, counted.reads());
    }

    @Test
    void whatIsCommittedToAKeyThatWasReadIsKnown() {
        get("a");
        get("b");
        cached.commit(1, List.of(put("a", "1"), put("b", "1")));
        cached.commit(2, List.of(put("a", "2"), delete("b"), put("c", "1")));

        assertEquals(Optional.of("2"), get("a"));
        assertEquals(4, counted.reads());
        assertEquals(Optional.empty(), get("b"));
        assertEquals(Optional.of("1"), get("c"));
    }

    @Test
    void aScanIsAnsweredFromMemoryWhereAnEarlierOneHasBeen() {
        counted.commit(1, List.of(put("a1", ""), put("a3", ""), put("a5", ""), put("b", "")));
        assertEquals(List.of("a1", "a3", "a5"), scan("a", "a", 9));
        assertEquals(1, counted.reads());

        cached.commit(2, List.of(delete("a3"), put("a4", "")));

        assertEquals(List.of("a1", "a4", "a5"), scan("a", "a", 9));
        assertEquals(List.of("a4"), scan("a", "a2", 1));
        assertEquals(List.of(), scan("a", "a6", 9));
        assertEquals(Optional.empty(), get("a7"));
        assertEquals(1, counted.reads());
    }

    @Test
    void aScanReadsOnlyWhatFollowsTheKnownPart() {
        counted.commit(1, List.of(put("a1", ""), put("a2", ""), put("a3", "")));
        assertEquals(List.of("a1", "a2"), scan("a", "a", 2));

        assertEquals(List.of("a1", "a2", "a3"), scan("a", "a", 9));

        assertEquals(2, counted.reads());
        assertEquals(List.of("a3"), counted.keysScannedLast());
    }

    @Test
    void theFirstKeyAfterAScannedPrefixIsNotTakenForAbsent() {
        counted.commit(1, List.of(put("a", "1"), put("b", "2"), put("b1", "3")));
        scan("a", "a", 9);

        assertEquals(Optional.of("2"), get("b"));
        assertEquals(List.of("b", "b1"), scan("b", "b", 9));
    }

    @Test
    void longValuesAreReadEachTime() {
        String text = "x".repeat(100_000);
        cached.commit(1, List.of(put("a", "1"), put("b", text), put("c", "1")));
        for (int i = 0; i < 2; i++) {
            assertEquals(Optional.of(text), get("b"));
            assertEquals(List.of("a", "b", "c"), scan("", "", 9));
        }
        cached.commit(2, List.of(put("b", "short")));
        assertEquals(Optional.of("short"), get("b"));
        assertEquals(4, counted.reads());
    }

    @Test
    void aBoundIsKept() {
        KnownKeys known = new KnownKeys(100_000);
        byte[] value = new byte[1000];
        for (int i = 0; i < 1000; i++) {
            byte[] key = Integer.toString(i).getBytes(ISO_8859_1);
            known.learnAbsent(key);
            known.apply(List.of(new Mutation.Put(key, value)));
        }

        long kept = 0;
        for (int i = 0; i < 1000; i++) {
            kept += known.find(Integer.toString(i).getBytes(ISO_8859_1)) == null ? 0 : 1;
        }
        assertTrue(kept > 0 && kept < 100, kept + " values of 1000 bytes kept (expected: fewer than 100)");
    }

    @Test
    void whatALookupGaveAwayMayBeChanged() {
        get("a");
        cached.commit(1, List.of(put("a", "1")));

        live.get(new byte[] {'a'}).orElseThrow()[0] = 'x';

        assertArrayEquals(new byte[] {'1'}, live.get(new byte[] {'a'}).orElseThrow());
    }

    private Optional<String> get(String key) {
        return live.get(key.getBytes(ISO_8859_1)).map(value -> new String(value, ISO_8859_1));
    }

    private List<String> scan(String prefix, String from, int limit) {
        List<String> keys = new ArrayList<>();
        live.scan(prefix.getBytes(ISO_8859_1), from.getBytes(ISO_8859_1), (key, value) -> {
            keys.add(new String(key, ISO_8859_1));
            return keys.size() < limit;
        });
        return keys;
    }
}
