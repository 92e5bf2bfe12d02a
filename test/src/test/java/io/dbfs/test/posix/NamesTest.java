package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.fails;
import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.O_CREAT;
import static io.dbfs.test.posix.libc.Constants.O_RDONLY;
import static io.dbfs.test.posix.libc.Constants.O_WRONLY;
import static io.dbfs.test.posix.libc.Constants.S_IFDIR;
import static io.dbfs.test.posix.libc.Constants.S_IFIFO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.test.posix.libc.DirectoryStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Names and paths: lengths, bytes, loops, and what is on the way. */
final class NamesTest {
    @PosixTest
    void namesHaveUpTo255Bytes(Place place) {
        String longest = "n".repeat(255);
        Files.create(place.at(longest));
        ok(ROOT.mkdir(place.at("d".repeat(255)), 0755));
        ok(ROOT.symlink("x", place.at("s".repeat(255))));
        ok(ROOT.rename(place.at(longest), place.at("m".repeat(255))));
        ok(ROOT.stat(place.at("m".repeat(255))).result());
        String tooLong = place.at("n".repeat(256));
        Files.create(place.at("f"));
        fails(Errno.ENAMETOOLONG, ROOT.open(tooLong, O_WRONLY | O_CREAT, 0666));
        fails(Errno.ENAMETOOLONG, ROOT.mkdir(tooLong, 0777));
        fails(Errno.ENAMETOOLONG, ROOT.symlink("x", tooLong));
        fails(Errno.ENAMETOOLONG, ROOT.mknod(tooLong, S_IFIFO | 0600, 0));
        fails(Errno.ENAMETOOLONG, ROOT.link(place.at("f"), tooLong));
        fails(Errno.ENAMETOOLONG, ROOT.rename(place.at("f"), tooLong));
        fails(Errno.ENAMETOOLONG, ROOT.rename(tooLong, place.at("g")));
        fails(Errno.ENAMETOOLONG, ROOT.stat(tooLong));
        fails(Errno.ENAMETOOLONG, ROOT.unlink(tooLong));
        fails(Errno.ENAMETOOLONG, ROOT.rmdir(tooLong));
        fails(Errno.ENAMETOOLONG, ROOT.truncate(tooLong, 0));
    }

    @PosixTest
    void pathsHaveUpTo4095Bytes(Place place) {
        Files.create(place.at("f"));
        String way = place.at("");
        int filler = 4095 - way.length() - 1;
        ok(ROOT.stat(way + "./".repeat(filler / 2) + "/".repeat(filler % 2) + "f")
                .result());
        fails(Errno.ENAMETOOLONG, ROOT.stat(way + "./".repeat(filler / 2) + "/".repeat(filler % 2 + 1) + "f"));
    }

    @PosixTest
    void everyCallRefusesANameThatIsTooLong(Place place) {
        String tooLong = place.at("n".repeat(256));
        Files.create(place.at("f"));
        ok(ROOT.mkdir(place.at("d"), 0755));
        fails(Errno.ENAMETOOLONG, ROOT.stat(tooLong));
        fails(Errno.ENAMETOOLONG, ROOT.open(tooLong, O_WRONLY | O_CREAT, 0644));
        fails(Errno.ENAMETOOLONG, ROOT.mkdir(tooLong, 0755));
        fails(Errno.ENAMETOOLONG, ROOT.mknod(tooLong, S_IFIFO | 0644, 0));
        fails(Errno.ENAMETOOLONG, ROOT.symlink("x", tooLong));
        fails(Errno.ENAMETOOLONG, ROOT.link(place.at("f"), tooLong));
        fails(Errno.ENAMETOOLONG, ROOT.rename(place.at("f"), tooLong));
        fails(Errno.ENAMETOOLONG, ROOT.rename(tooLong, place.at("g")));
        fails(Errno.ENAMETOOLONG, ROOT.unlink(tooLong));
        fails(Errno.ENAMETOOLONG, ROOT.rmdir(tooLong));
        fails(Errno.ENAMETOOLONG, ROOT.chmod(tooLong + "/x", 0644));
        fails(Errno.ENAMETOOLONG, ROOT.truncate(tooLong, 0));
        fails(Errno.ENAMETOOLONG, ROOT.getxattr(tooLong, "user.a", new byte[1]));
    }

    @PosixTest
    void deepTreesCanBeWalked(Place place) {
        StringBuilder path = new StringBuilder(place.directory().toString());
        for (int depth = 0; depth < 200; depth++) {
            path.append("/deep");
            ok(ROOT.mkdir(path.toString(), 0755));
        }
        Files.write(path + "/f", "bottom");
        assertEquals("bottom", Files.read(path + "/f"));
    }

    @PosixTest
    void anyBytesButSlashAndNulMakeAName(Place place) {
        place.needs(PathApiLimit.NAMES);
        StringBuilder all = new StringBuilder();
        for (char c = 1; c < 256; c++) {
            if (c != '/' && all.length() < 254) {
                all.append(c);
            }
        }
        List<String> names =
                List.of(all.toString(), "\u00ff\u00fe", "\u00c3", " ", "\n", "-rf", "*", "\\", "..x", "...");
        for (String name : names) {
            Files.write(place.at(name), name);
        }
        Set<String> listed = new HashSet<>();
        try (DirectoryStream stream = ROOT.opendir(place.directory().toString()).get()) {
            for (Optional<DirectoryStream.Entry> entry = stream.next(); entry.isPresent(); entry = stream.next()) {
                listed.add(entry.get().name());
            }
        }
        for (String name : names) {
            assertEquals(name, Files.read(place.at(name)));
            assertTrue(listed.contains(name), "listed: " + name);
            ok(ROOT.unlink(place.at(name)));
            fails(Errno.ENOENT, ROOT.stat(place.at(name)));
        }
    }

    @PosixTest
    void utf8NamesAreKept(Place place) {
        String name = "\u00c3\u00a4\u00e2\u0082\u00ac\u00f0\u009f\u0098\u0080";
        Files.write(place.at(name), "x");
        ok(ROOT.rename(place.at(name), place.at(name + name)));
        assertEquals("x", Files.read(place.at(name + name)));
    }

    @PosixTest
    void upperAndLowerCaseDiffer(Place place) {
        Files.write(place.at("a"), "lower");
        Files.write(place.at("A"), "upper");
        assertEquals("lower", Files.read(place.at("a")));
    }

    @PosixTest
    void whatIsNoDirectoryOnTheWayFailsWithEnotdir(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.mknod(place.at("p"), S_IFIFO | 0600, 0));
        for (String name : List.of("f/x", "p/x", "f/.", "f/..")) {
            fails(Errno.ENOTDIR, ROOT.stat(place.at(name)));
            fails(Errno.ENOTDIR, ROOT.open(place.at(name), O_RDONLY));
            fails(Errno.ENOTDIR, ROOT.chmod(place.at(name), 0777));
            fails(Errno.ENOTDIR, ROOT.utimens(place.at(name), 1, 1, 0));
        }
    }

    @PosixTest
    void aNameThatWasMissingIsSeenWhenItIsMade(Place place) {
        fails(Errno.ENOENT, ROOT.stat(place.at("f")));
        Files.create(place.at("f"));
        ok(ROOT.stat(place.at("f")).result());
        ok(ROOT.unlink(place.at("f")));
        fails(Errno.ENOENT, ROOT.stat(place.at("f")));
        ok(ROOT.mkdir(place.at("f"), 0755));
        assertEquals(S_IFDIR | 0755, ROOT.stat(place.at("f")).get().mode());
    }
}
