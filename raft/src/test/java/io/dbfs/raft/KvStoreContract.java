package io.dbfs.raft;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link KvStore} does. */
public abstract class KvStoreContract {
    @TempDir
    Path directory;

    private KvStore store;

    /** Opens a store in a directory, which is empty or holds the store's earlier state. */
    protected abstract KvStore open(Path directory) throws IOException;

    @BeforeEach
    final void openStore() throws IOException {
        store = open(directory.resolve("store"));
    }

    @AfterEach
    final void closeStore() {
        store.close();
    }

    @Test
    void newStoreIsEmptyAtIndexZero() {
        assertEquals(0, store.appliedIndex());
        assertEquals(List.of(), listing(""));
        assertEquals(Optional.empty(), get("a"));
    }

    @Test
    void commitWritesMutationsAndIndex() {
        store.commit(7, List.of(put("a", "1"), put("b", "")));

        assertEquals(7, store.appliedIndex());
        assertEquals(List.of("a=1", "b="), listing(""));
        try (StateView view = store.view()) {
            assertEquals(7, view.index());
        }
    }

    @Test
    void commitWithoutMutationsMovesTheIndex() {
        store.commit(3, List.of());

        assertEquals(3, store.appliedIndex());
        assertEquals(3, store.live().index());
    }

    @Test
    void commitRefusesAnIndexThatIsNotAbove() {
        store.commit(5, List.of());

        assertThrows(IllegalArgumentException.class, () -> store.commit(5, List.of()));
        assertThrows(IllegalArgumentException.class, () -> store.commit(4, List.of()));
    }

    @Test
    void mutationsOfACommitApplyInOrder() {
        store.commit(1, List.of(put("x1", "old"), put("y", "y")));

        store.commit(
                2, List.of(put("x2", "new"), deletePrefix("x"), put("x3", "kept"), delete("y"), put("y", "again")));

        assertEquals(List.of("x3=kept", "y=again"), listing(""));
    }

    @Test
    void deletePrefixRemovesWhatBeginsWithItAndNothingElse() {
        store.commit(1, List.of(put("a", "1"), put("ab", "2"), put("abc", "3"), put("ac", "4"), put("b", "5")));

        store.commit(2, List.of(deletePrefix("ab")));

        assertEquals(List.of("a=1", "ac=4", "b=5"), listing(""));
    }

    @Test
    void deletePrefixOfTheHighestBytesRemovesUpToTheEnd() {
        store.commit(
                1,
                List.of(put("\u00fe", "1"), put("\u00ff", "2"), put("\u00ff\u00ff", "3"), put("\u00ff\u00ffz", "4")));

        store.commit(2, List.of(deletePrefix("\u00ff\u00ff")));

        assertEquals(List.of("\u00fe=1", "\u00ff=2"), listing(""));
    }

    @Test
    void deletePrefixRemovesManyKeys() {
        List<Mutation> many = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            many.add(put("m" + i, "v"));
        }
        store.commit(1, many);
        store.commit(2, List.of(put("l", "1"), put("n", "2")));

        store.commit(3, List.of(deletePrefix("m"), put("m1", "new")));

        assertEquals(List.of("l=1", "m1=new", "n=2"), listing(""));
    }

    @Test
    void keysOrderAsUnsignedBytes() {
        store.commit(1, List.of(put("\u0080", "3"), put("\u007f", "2"), put("\u00ff", "4"), put("\u0000", "1")));

        assertEquals(List.of("\u0000=1", "\u007f=2", "\u0080=3", "\u00ff=4"), listing(""));
    }

    @Test
    void scanStartsWhereToldAndStaysInThePrefix() {
        store.commit(1, List.of(put("a1", ""), put("b1", ""), put("b2", ""), put("b3", ""), put("c", "")));

        assertEquals(List.of("b1=", "b2=", "b3="), listing("b"));
        assertEquals(List.of("b2=", "b3="), listing("b", "b2"));
        assertEquals(List.of("b3="), listing("b", "b2\u0000"));
    }

    @Test
    void scanEndsWhenTheVisitorHasEnough() {
        store.commit(1, List.of(put("b1", ""), put("b2", ""), put("b3", "")));
        List<String> seen = new ArrayList<>();

        try (StateView view = store.view()) {
            view.scan(bytes("b"), bytes("b"), (key, value) -> {
                seen.add(text(key));
                return seen.size() < 2;
            });
        }

        assertEquals(List.of("b1", "b2"), seen);
    }

    @Test
    void viewKeepsWhatItSawWhateverIsCommitted() {
        store.commit(1, List.of(put("a", "1"), put("b", "1"), put("c1", "1")));
        try (StateView view = store.view()) {
            store.commit(2, List.of(put("a", "2"), delete("b"), deletePrefix("c"), put("d", "2")));
            store.commit(3, List.of(put("a", "3"), put("b", "3")));

            assertEquals(1, view.index());
            assertEquals(List.of("a=1", "b=1", "c1=1"), listing(view, "", ""));
            assertArrayEquals(bytes("1"), view.get(bytes("b")).orElseThrow());
            assertEquals(Optional.empty(), view.get(bytes("d")));
        }
        assertEquals(List.of("a=3", "b=3", "d=2"), listing(""));
    }

    @Test
    void liveViewSeesEachCommit() {
        StateView live = store.live();
        store.commit(1, List.of(put("a", "1")));
        assertEquals(List.of("a=1"), listing(live, "", ""));
        live.close();
        store.commit(2, List.of(put("a", "2")));

        assertEquals(2, live.index());
        assertArrayEquals(bytes("2"), live.get(bytes("a")).orElseThrow());
    }

    @Test
    void arraysOfAViewAreTheCallers() {
        store.commit(1, List.of(put("a", "1")));

        store.live().get(bytes("a")).orElseThrow()[0] = 'x';
        store.live().scan(bytes(""), bytes(""), (key, value) -> {
            key[0] = 'x';
            value[0] = 'x';
            return true;
        });

        assertEquals(List.of("a=1"), listing(""));
    }

    @Test
    void checkpointRestoresIntoAnotherStore() throws IOException {
        store.commit(9, List.of(put("a", "1"), put("b", "2")));
        Path checkpoint = directory.resolve("checkpoint");
        store.checkpoint(checkpoint);
        store.commit(10, List.of(put("a", "later")));

        try (KvStore other = open(directory.resolve("other"))) {
            other.commit(2, List.of(put("z", "gone")));
            StateView live = other.live();
            other.restore(checkpoint);

            assertEquals(9, other.appliedIndex());
            assertEquals(List.of("a=1", "b=2"), listing(other));
            assertEquals(9, live.index());
            other.commit(10, List.of(put("c", "3")));
            assertEquals(List.of("a=1", "b=2", "c=3"), listing(live, "", ""));
        }
        store.restore(checkpoint);
        assertEquals(List.of("a=1", "b=2"), listing(""));
    }

    @Test
    void checkpointOfANewStoreRestores() throws IOException {
        Path checkpoint = directory.resolve("checkpoint");
        store.checkpoint(checkpoint);
        store.commit(1, List.of(put("a", "1")));

        store.restore(checkpoint);

        assertEquals(0, store.appliedIndex());
        assertEquals(List.of(), listing(""));
    }

    @Test
    void restoreFromNothingFailsAndChangesNothing() {
        store.commit(1, List.of(put("a", "1")));

        assertThrows(IOException.class, () -> store.restore(directory.resolve("missing")));

        assertEquals(1, store.appliedIndex());
        assertEquals(List.of("a=1"), listing(""));
    }

    @Test
    void viewsKeepWhatTheySawAcrossRestore() throws IOException {
        store.commit(1, List.of(put("a", "1")));
        Path checkpoint = directory.resolve("checkpoint");
        store.checkpoint(checkpoint);
        store.commit(2, List.of(put("a", "2")));

        try (StateView view = store.view()) {
            store.restore(checkpoint);
            store.commit(2, List.of(put("b", "2")));

            assertEquals(2, view.index());
            assertEquals(List.of("a=2"), listing(view, "", ""));
        }
        assertEquals(List.of("a=1", "b=2"), listing(""));
    }

    @Test
    void closedStoreAndItsViewsRefuseUse() {
        store.commit(1, List.of(put("a", "1")));
        StateView view = store.view();
        StateView live = store.live();

        store.close();
        store.close();

        assertThrows(IllegalStateException.class, () -> store.commit(2, List.of()));
        assertThrows(IllegalStateException.class, store::appliedIndex);
        assertThrows(IllegalStateException.class, store::view);
        assertThrows(IllegalStateException.class, () -> view.get(bytes("a")));
        assertThrows(IllegalStateException.class, () -> live.get(bytes("a")));
        assertThrows(IllegalStateException.class, () -> listing(view, "", ""));
        view.close();
    }

    @Test
    void randomCommitsEqualASortedMap() {
        long seed = new Random().nextLong();
        System.out.println("seed of randomCommitsEqualASortedMap: " + seed);
        Random random = new Random(seed);
        TreeMap<String, String> model = new TreeMap<>();
        TreeMap<String, String> modelOfView = new TreeMap<>();
        StateView view = store.view();
        for (int index = 1; index <= 1000; index++) {
            if (random.nextInt(50) == 0) {
                assertEquals(listing(modelOfView), listing(view, "", ""));
                view.close();
                view = store.view();
                modelOfView = new TreeMap<>(model);
            }
            List<Mutation> mutations = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                mutations.add(randomMutation(random, model));
            }
            store.commit(index, mutations);
        }
        assertEquals(listing(modelOfView), listing(view, "", ""));
        view.close();
        assertEquals(listing(model), listing(""));
    }

    @Test
    void randomReadsOfTheLiveViewEqualASortedMapAcrossRestores() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed of randomReadsOfTheLiveViewEqualASortedMapAcrossRestores: " + seed);
        Random random = new Random(seed);
        StateView live = store.live();
        TreeMap<String, String> model = new TreeMap<>();
        TreeMap<String, String> saved = new TreeMap<>();
        Path checkpoint = directory.resolve("empty");
        store.checkpoint(checkpoint);
        for (int round = 1; round <= 3000; round++) {
            if (round % 500 == 0) {
                store.restore(checkpoint);
                model = new TreeMap<>(saved);
            } else if (round % 200 == 0) {
                checkpoint = directory.resolve("checkpoint-" + round);
                store.checkpoint(checkpoint);
                saved = new TreeMap<>(model);
            }
            List<Mutation> mutations = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                mutations.add(randomMutation(random, model));
            }
            store.commit(store.appliedIndex() + 1, mutations);
            for (int i = random.nextInt(4); i > 0; i--) {
                checkRandomRead(random, live, model, "seed " + seed + ", round " + round);
            }
        }
    }

    private static void checkRandomRead(
            Random random, StateView live, NavigableMap<String, String> model, String where) {
        String key = Integer.toString(random.nextInt(300), 6);
        if (random.nextBoolean()) {
            assertEquals(
                    Optional.ofNullable(model.get(key)), live.get(bytes(key)).map(KvStoreContract::text), where);
            return;
        }
        String prefix = key.substring(0, random.nextInt(key.length() + 1));
        int limit = 1 + random.nextInt(random.nextInt(10) == 0 ? 1000 : 4);
        List<String> expected = model.tailMap(key, true).entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .limit(limit)
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
        List<String> seen = new ArrayList<>();
        live.scan(bytes(prefix), bytes(key), (found, value) -> {
            seen.add(text(found) + "=" + text(value));
            assertEquals(text(value), text(live.get(found).orElseThrow()), where);
            return seen.size() < limit;
        });
        assertEquals(expected, seen, where);
    }

    private static Mutation randomMutation(Random random, Map<String, String> model) {
        String key = Integer.toString(random.nextInt(300), 6);
        switch (random.nextInt(10)) {
            case 0 -> {
                model.keySet().removeIf(other -> other.startsWith(key));
                return deletePrefix(key);
            }
            case 1, 2, 3 -> {
                model.remove(key);
                return delete(key);
            }
            default -> {
                String value = Integer.toString(random.nextInt());
                model.put(key, value);
                return put(key, value);
            }
        }
    }

    private static List<String> listing(Map<String, String> model) {
        return model.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }

    private Optional<byte[]> get(String key) {
        return store.live().get(bytes(key));
    }

    private List<String> listing(String prefix) {
        return listing(prefix, prefix);
    }

    private List<String> listing(String prefix, String from) {
        try (StateView view = store.view()) {
            return listing(view, prefix, from);
        }
    }

    protected static List<String> listing(KvStore store) {
        try (StateView view = store.view()) {
            return listing(view, "", "");
        }
    }

    private static List<String> listing(StateView view, String prefix, String from) {
        List<String> pairs = new ArrayList<>();
        view.scan(bytes(prefix), bytes(from), (key, value) -> pairs.add(text(key) + "=" + text(value)));
        return pairs;
    }

    protected static Mutation put(String key, String value) {
        return new Mutation.Put(bytes(key), bytes(value));
    }

    protected static Mutation delete(String key) {
        return new Mutation.Delete(bytes(key));
    }

    protected static Mutation deletePrefix(String prefix) {
        return new Mutation.DeletePrefix(bytes(prefix));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }
}
