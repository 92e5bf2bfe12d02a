package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.fails;
import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ALICE;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.S_IFIFO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.test.posix.libc.DirectoryStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** opendir(3), readdir(3), telldir(3), seekdir(3) while entries come and go. */
final class ListingTest {
    private static final int MANY = 700;

    @PosixTest
    void everyEntryIsListedOnceWithItsTypeAndInode(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.mkdir(place.at("d"), 0755));
        ok(ROOT.symlink("f", place.at("s")));
        ok(ROOT.mknod(place.at("p"), S_IFIFO | 0600, 0));
        Map<String, Integer> types = Map.of(".", 4, "..", 4, "f", 8, "d", 4, "s", 10, "p", 1);
        List<DirectoryStream.Entry> entries = list(place.directory().toString());
        assertEquals(types.size(), entries.size());
        for (DirectoryStream.Entry entry : entries) {
            assertEquals(types.get(entry.name()), entry.type());
            if (!entry.name().equals("..")) {
                assertEquals(ROOT.lstat(place.at(entry.name())).get().inode(), entry.inode());
            }
        }
    }

    @PosixTest
    void anEmptyDirectoryHoldsDotAndDotDot(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0755));
        assertEquals(Set.of(".", ".."), names(place.at("d")));
    }

    @PosixTest
    void manyEntriesAreAllListedAndCanBeRemovedWhileListing(Place place) {
        Set<String> expected = new HashSet<>(Set.of(".", ".."));
        for (int i = 0; i < MANY; i++) {
            String name = "entry-with-a-name-of-some-length-" + i;
            ok(ROOT.symlink("x", place.at(name)));
            expected.add(name);
        }
        assertEquals(expected, names(place.directory().toString()));
        int removed = 0;
        try (DirectoryStream stream = ROOT.opendir(place.directory().toString()).get()) {
            for (Optional<DirectoryStream.Entry> entry = stream.next(); entry.isPresent(); entry = stream.next()) {
                if (!entry.get().name().startsWith(".")) {
                    ok(ROOT.unlink(place.at(entry.get().name())));
                    removed++;
                }
            }
        }
        assertEquals(MANY, removed);
        assertEquals(Set.of(".", ".."), names(place.directory().toString()));
    }

    @PosixTest
    void entriesThatStayAreListedExactlyOnceWhileOthersChange(Place place) {
        place.needs(PathApiLimit.TELLDIR);
        for (int i = 0; i < MANY; i++) {
            ok(ROOT.symlink("x", place.at("stays" + i)));
        }
        Map<String, Integer> seen = new HashMap<>();
        int count = 0;
        try (DirectoryStream stream = ROOT.opendir(place.directory().toString()).get()) {
            for (Optional<DirectoryStream.Entry> entry = stream.next(); entry.isPresent(); entry = stream.next()) {
                if (entry.get().name().startsWith("stays")) {
                    seen.merge(entry.get().name(), 1, Integer::sum);
                }
                if (count++ < MANY) {
                    ok(ROOT.symlink("x", place.at("new" + count)));
                    ok(ROOT.unlink(place.at("new" + count)));
                }
            }
        }
        assertEquals(MANY, seen.size());
        assertTrue(seen.values().stream().allMatch(times -> times == 1), "listed once: " + seen);
    }

    @PosixTest
    void seekdirGoesBackToWhereTelldirWas(Place place) {
        place.needs(PathApiLimit.TELLDIR);
        for (int i = 0; i < 100; i++) {
            ok(ROOT.symlink("x", place.at("n" + i)));
        }
        try (DirectoryStream stream = ROOT.opendir(place.directory().toString()).get()) {
            List<Long> positions = new ArrayList<>();
            List<String> names = new ArrayList<>();
            positions.add(stream.tell());
            for (Optional<DirectoryStream.Entry> entry = stream.next(); entry.isPresent(); entry = stream.next()) {
                names.add(entry.get().name());
                positions.add(stream.tell());
            }
            assertEquals(102, names.size());
            for (int i = names.size() - 1; i >= 0; i -= 7) {
                stream.seek(positions.get(i));
                assertEquals(names.get(i), stream.next().orElseThrow().name());
            }
            stream.rewind();
            assertEquals(names.get(0), stream.next().orElseThrow().name());
        }
    }

    @PosixTest
    void rewinddirSeesWhatWasMadeMeanwhile(Place place) {
        try (DirectoryStream stream = ROOT.opendir(place.directory().toString()).get()) {
            assertEquals(2, count(stream));
            Files.create(place.at("f"));
            stream.rewind();
            assertEquals(3, count(stream));
        }
    }

    @PosixTest
    void opendirOfWhatCannotBeListedFails(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.mkdir(place.at("d"), 0711));
        fails(Errno.ENOTDIR, ROOT.opendir(place.at("f")));
        fails(Errno.ENOENT, ROOT.opendir(place.at("missing")));
        fails(Errno.EACCES, ALICE.opendir(place.at("d")));
    }

    private static List<DirectoryStream.Entry> list(String path) {
        List<DirectoryStream.Entry> entries = new ArrayList<>();
        try (DirectoryStream stream = ROOT.opendir(path).get()) {
            for (Optional<DirectoryStream.Entry> entry = stream.next(); entry.isPresent(); entry = stream.next()) {
                entries.add(entry.get());
            }
        }
        return entries;
    }

    static Set<String> names(String path) {
        List<DirectoryStream.Entry> entries = list(path);
        Set<String> names = new HashSet<>();
        entries.forEach(entry -> names.add(entry.name()));
        assertEquals(names.size(), entries.size(), "entries listed twice");
        return names;
    }

    private static int count(DirectoryStream stream) {
        int count = 0;
        while (stream.next().isPresent()) {
            count++;
        }
        return count;
    }
}
