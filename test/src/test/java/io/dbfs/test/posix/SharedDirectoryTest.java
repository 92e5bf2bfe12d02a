package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.test.posix.libc.DirectoryStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One directory, listed on one mount while the other changes it. {@code -Ddbfs.soak.entries} is how many entries the
 * largest has (scripts/soak).
 */
@ExtendWith(Pair.Resolver.class)
@Timeout(value = 1, unit = TimeUnit.DAYS)
final class SharedDirectoryTest {
    private static final int MANY = 700;
    private static final int LARGE = Integer.getInteger("dbfs.soak.entries", 5_000);
    private static final int THREADS = 8;

    @Test
    void entriesThatStayAreListedExactlyOnceWhileTheOtherMountChangesOthers(Pair pair) {
        for (int i = 0; i < MANY; i++) {
            ok(ROOT.symlink("x", pair.here().at("stays" + i)));
            ok(ROOT.symlink("x", pair.here().at("goes" + i)));
        }
        pair.awaitThere("goes" + (MANY - 1));
        Map<String, Integer> seen = new HashMap<>();
        int changes = 0;
        try (DirectoryStream stream = open(pair.there())) {
            for (Optional<DirectoryStream.Entry> entry = stream.next(); entry.isPresent(); entry = stream.next()) {
                seen.merge(entry.get().name(), 1, Integer::sum);
                if (changes < MANY) {
                    ok(ROOT.symlink("x", pair.here().at("new" + changes)));
                    ok(ROOT.rename(pair.here().at("new" + changes), pair.here().at("renamed" + changes)));
                    ok(ROOT.unlink(pair.here().at("goes" + changes)));
                    changes++;
                }
            }
        }
        assertEquals(MANY, changes);
        for (int i = 0; i < MANY; i++) {
            assertEquals(1, seen.getOrDefault("stays" + i, 0), "times that stays" + i + " is listed");
        }
        assertTrue(seen.values().stream().allMatch(times -> times == 1), "listed once: " + seen);
    }

    @Test
    void seekdirGoesBackToWhereTelldirWasAlthoughTheOtherMountChangedEntries(Pair pair) {
        for (int i = 0; i < MANY; i++) {
            ok(ROOT.symlink("x", pair.here().at("n" + i)));
        }
        pair.awaitThere("n" + (MANY - 1));
        try (DirectoryStream stream = open(pair.there())) {
            List<Long> positions = new ArrayList<>();
            List<String> names = new ArrayList<>();
            positions.add(stream.tell());
            for (Optional<DirectoryStream.Entry> entry = stream.next(); entry.isPresent(); entry = stream.next()) {
                names.add(entry.get().name());
                positions.add(stream.tell());
            }
            assertEquals(MANY + 2, names.size());
            for (int i = 0; i < MANY; i += 3) {
                ok(ROOT.unlink(pair.here().at("n" + i)));
                ok(ROOT.symlink("x", pair.here().at("late" + i)));
            }
            pair.awaitThere("late" + (MANY - 1) / 3 * 3);
            for (int i = names.size() - 1; i >= 0; i -= 7) {
                if (stays(names.get(i))) {
                    stream.seek(positions.get(i));
                    assertEquals(names.get(i), nextThatStays(stream), "after going back to " + i);
                }
            }
        }
    }

    private static String nextThatStays(DirectoryStream stream) {
        String name = stream.next().orElseThrow().name();
        while (!stays(name)) {
            name = stream.next().orElseThrow().name();
        }
        return name;
    }

    private static boolean stays(String name) {
        return name.startsWith(".") || (name.startsWith("n") && Integer.parseInt(name.substring(1)) % 3 != 0);
    }

    @Test
    void aLargeDirectoryIsListedWholeAndEmptiedFromBothMounts(Pair pair) throws Exception {
        long start = System.nanoTime();
        together(pair, (place, i) -> ok(ROOT.symlink("x", place.at("entry" + i))));
        tell("made", start);
        Set<String> expected = new HashSet<>(Set.of(".", ".."));
        for (int i = 0; i < LARGE; i++) {
            expected.add("entry" + i);
            // Each mount made half of them and has to hear of the others.
            if (i < THREADS) {
                pair.awaitThere("entry" + (LARGE - 1 - i));
            }
        }
        for (Place place : List.of(pair.here(), pair.there(), pair.there())) {
            start = System.nanoTime();
            assertEquals(expected, names(place));
            tell("listed", start);
        }
        start = System.nanoTime();
        together(pair, (place, i) -> ok(ROOT.unlink(place.at("entry" + i))));
        tell("removed", start);
        assertEquals(Set.of(".", ".."), names(pair.here()));
        ok(ROOT.rmdir(pair.here().directory().toString()));
    }

    private interface Change {
        void of(Place place, int entry);
    }

    /** Half of the entries by each mount. */
    private static void together(Pair pair, Change change) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int first = thread;
                running.add(executor.submit(() -> {
                    for (int i = first; i < LARGE; i += THREADS) {
                        change.of(first % 2 == 0 ? pair.here() : pair.there(), i);
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private static Set<String> names(Place place) {
        Set<String> names = new HashSet<>();
        int count = 0;
        try (DirectoryStream stream = open(place)) {
            for (Optional<DirectoryStream.Entry> entry = stream.next(); entry.isPresent(); entry = stream.next()) {
                names.add(entry.get().name());
                count++;
            }
        }
        assertEquals(names.size(), count, "entries listed twice");
        return names;
    }

    private static DirectoryStream open(Place place) {
        return ROOT.opendir(place.directory().toString()).get();
    }

    private static void tell(String what, long startNanos) {
        System.out.println("directory of " + LARGE + " entries: " + what + " in "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos) + " ms");
    }
}
