package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.fails;
import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ALICE;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.AT_SYMLINK_NOFOLLOW;
import static io.dbfs.test.posix.libc.Constants.O_CREAT;
import static io.dbfs.test.posix.libc.Constants.O_RDWR;
import static io.dbfs.test.posix.libc.Constants.O_WRONLY;
import static io.dbfs.test.posix.libc.Constants.S_IFIFO;
import static io.dbfs.test.posix.libc.Constants.UTIME_NOW;
import static io.dbfs.test.posix.libc.Constants.UTIME_OMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.test.posix.libc.DirectoryStream;
import io.dbfs.test.posix.libc.Stat;
import java.util.List;

/** atime, mtime and ctime: which call marks which, on files and on their parents (POSIX, each function's DESCRIPTION). */
final class TimesTest {
    /** A Sunday of 2001, with nanoseconds. */
    private static final long PAST = 1_000_000_000_123_456_789L;

    private static final long PAST_MODIFIED = PAST + 7;

    @PosixTest
    void createMarksTheFileAndItsParent(Place place) {
        age(place.directory().toString());
        Files.create(place.at("f"));
        Stat file = ROOT.stat(place.at("f")).get();
        assertEquals(file.mtime(), file.atime());
        assertEquals(file.mtime(), file.ctime());
        assertEquals(file.mtime(), parentMarked(place).mtime());
    }

    @PosixTest
    void nameOperationsMarkTheParent(Place place) {
        List<Runnable> operations = List.of(
                () -> ok(ROOT.mkdir(place.at("d"), 0755)),
                () -> ok(ROOT.symlink("x", place.at("s"))),
                () -> ok(ROOT.mknod(place.at("p"), S_IFIFO | 0600, 0)),
                () -> ok(ROOT.link(place.at("p"), place.at("q"))),
                () -> ok(ROOT.rename(place.at("q"), place.at("r"))),
                () -> ok(ROOT.unlink(place.at("r"))),
                () -> ok(ROOT.rmdir(place.at("d"))));
        for (Runnable operation : operations) {
            age(place.directory().toString());
            operation.run();
            parentMarked(place);
        }
    }

    @PosixTest
    void renameMarksBothParentsAndTheInodesStatus(Place place) {
        ok(ROOT.mkdir(place.at("a"), 0755));
        ok(ROOT.mkdir(place.at("b"), 0755));
        Files.create(place.at("a/f"));
        age(place.at("a/f"));
        Stat before = ROOT.stat(place.at("a/f")).get();
        age(place.at("a"));
        age(place.at("b"));
        ok(ROOT.rename(place.at("a/f"), place.at("b/f")));
        assertTrue(ROOT.stat(place.at("a")).get().mtime() > PAST_MODIFIED, "mtime of the old parent");
        assertTrue(ROOT.stat(place.at("b")).get().mtime() > PAST_MODIFIED, "mtime of the new parent");
        Stat after = ROOT.stat(place.at("b/f")).get();
        assertTrue(after.ctime() > before.ctime(), "ctime");
        assertEquals(PAST_MODIFIED, after.mtime());
        assertEquals(PAST, after.atime());
    }

    @PosixTest
    void aDirectoryThatMovesKeepsItsTimes(Place place) {
        ok(ROOT.mkdir(place.at("a"), 0755));
        ok(ROOT.mkdir(place.at("b"), 0755));
        age(place.at("a"));
        ok(ROOT.rename(place.at("a"), place.at("b/a")));
        assertEquals(PAST, ROOT.stat(place.at("b/a")).get().atime());
    }

    @PosixTest
    void theTimeOfBirthStays(Place place) {
        Files.create(place.at("f"));
        long birth = ROOT.stat(place.at("f")).get().birth();
        if (place.fileSystem() == FileSystemUnderTest.JNR) {
            assertEquals(0, birth, "libfuse 2 has no room for it");
            return;
        }
        assertTrue(birth > 0, "birth");
        age(place.at("f"));
        Files.write(place.at("f"), "abc");
        ok(ROOT.chmod(place.at("f"), 0600));
        ok(ROOT.rename(place.at("f"), place.at("g")));
        assertEquals(birth, ROOT.stat(place.at("g")).get().birth());
        ok(ROOT.mkdir(place.at("d"), 0755));
        assertTrue(ROOT.stat(place.at("d")).get().birth() >= birth, "a directory's");
    }

    @PosixTest
    void listingADirectoryMarksItsAccess(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0755));
        Files.create(place.at("d/f"));
        ok(ROOT.utimens(place.at("d"), PAST, PAST_MODIFIED, 0));
        DirectoryStream directory = ROOT.opendir(place.at("d")).get();
        while (directory.next().isPresent()) {
            // To its end.
        }
        directory.close();
        Stat after = ROOT.stat(place.at("d")).get();
        assertTrue(after.atime() > PAST_MODIFIED, "atime");
        assertEquals(PAST_MODIFIED, after.mtime());
    }

    @PosixTest
    void followingASymlinkMarksItsAccess(Place place) {
        ok(ROOT.symlink("target", place.at("s")));
        ok(ROOT.utimens(place.at("s"), PAST, PAST_MODIFIED, AT_SYMLINK_NOFOLLOW));
        ok(ROOT.readlink(place.at("s"), new byte[10]));
        assertTrue(ROOT.lstat(place.at("s")).get().atime() > PAST_MODIFIED, "atime");
    }

    @PosixTest
    void whoMaySetWhich(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.chmod(place.at("f"), 0666));
        ok(ALICE.utimens(place.at("f"), UTIME_NOW, UTIME_NOW, 0));
        fails(Errno.EPERM, ALICE.utimens(place.at("f"), UTIME_NOW, UTIME_OMIT, 0));
        fails(Errno.EPERM, ALICE.utimens(place.at("f"), UTIME_OMIT, UTIME_NOW, 0));
        fails(Errno.EPERM, ALICE.utimens(place.at("f"), PAST, UTIME_NOW, 0));
        ok(ROOT.chmod(place.at("f"), 0600));
        fails(Errno.EACCES, ALICE.utimens(place.at("f"), UTIME_NOW, UTIME_NOW, 0));
        ok(ALICE.utimens(place.at("f"), UTIME_OMIT, UTIME_OMIT, 0));
    }

    @PosixTest
    void linkAndUnlinkMarkTheStatusOfTheInode(Place place) {
        Files.create(place.at("f"));
        long before = ROOT.stat(place.at("f")).get().ctime();
        ok(ROOT.link(place.at("f"), place.at("g")));
        long linked = ROOT.stat(place.at("g")).get().ctime();
        assertTrue(linked > before, "ctime after link");
        ok(ROOT.unlink(place.at("f")));
        assertTrue(ROOT.stat(place.at("g")).get().ctime() > linked, "ctime after unlink");
    }

    @PosixTest
    void unlinkMarksTheStatusOfAnOpenFile(Place place) {
        place.needs(PathApiLimit.UNLINKED);
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR | O_CREAT, 0600));
        long before = ROOT.fstat(descriptor).get().ctime();
        ok(ROOT.unlink(place.at("f")));
        assertTrue(ROOT.fstat(descriptor).get().ctime() > before, "ctime");
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void chmodAndChownMarkTheStatusAlone(Place place) {
        Files.create(place.at("f"));
        List<Runnable> operations = List.of(
                () -> ok(ROOT.chmod(place.at("f"), 0600)),
                () -> ok(ROOT.lchown(place.at("f"), 1, 1)),
                () -> ok(ROOT.setxattr(place.at("f"), "user.x", new byte[1], 0)),
                () -> ok(ROOT.removexattr(place.at("f"), "user.x")));
        for (Runnable operation : operations) {
            age(place.at("f"));
            Stat before = ROOT.stat(place.at("f")).get();
            operation.run();
            Stat after = ROOT.stat(place.at("f")).get();
            assertTrue(after.ctime() > before.ctime(), "ctime");
            assertEquals(PAST_MODIFIED, after.mtime());
            assertEquals(PAST, after.atime());
        }
    }

    @PosixTest
    void writeMarksModificationAndStatus(Place place) {
        Files.write(place.at("f"), "abc");
        age(place.at("f"));
        Stat before = ROOT.stat(place.at("f")).get();
        int descriptor = ok(ROOT.open(place.at("f"), O_WRONLY));
        ok(ROOT.pwrite(descriptor, new byte[1], 0));
        Stat written = ROOT.fstat(descriptor).get();
        assertTrue(written.mtime() > before.mtime(), "mtime");
        assertTrue(written.ctime() > before.ctime(), "ctime");
        assertEquals(PAST, written.atime());
        ok(ROOT.close(descriptor));
        assertEquals(written, ROOT.stat(place.at("f")).get());
    }

    @PosixTest
    void writeOfNothingMarksNothing(Place place) {
        Files.write(place.at("f"), "abc");
        age(place.at("f"));
        Stat before = ROOT.stat(place.at("f")).get();
        int descriptor = ok(ROOT.open(place.at("f"), O_WRONLY));
        assertEquals(0, ok(ROOT.pwrite(descriptor, new byte[0], 0)));
        ok(ROOT.close(descriptor));
        assertEquals(before, ROOT.stat(place.at("f")).get());
    }

    @PosixTest
    void timesSetWhileWritesArePendingHold(Place place) {
        int descriptor = ok(ROOT.open(place.at("f"), O_WRONLY | O_CREAT, 0644));
        ok(ROOT.write(descriptor, Files.bytes("abc")));
        ok(ROOT.futimens(descriptor, PAST, PAST_MODIFIED));
        assertEquals(PAST_MODIFIED, ROOT.fstat(descriptor).get().mtime());
        ok(ROOT.close(descriptor));
        Stat stat = ROOT.stat(place.at("f")).get();
        assertEquals(PAST, stat.atime());
        assertEquals(PAST_MODIFIED, stat.mtime());
    }

    @PosixTest
    void truncateMarksModificationAndStatusWhenTheSizeChanges(Place place) {
        Files.write(place.at("f"), "abc");
        age(place.at("f"));
        Stat before = ROOT.stat(place.at("f")).get();
        ok(ROOT.truncate(place.at("f"), 1));
        Stat after = ROOT.stat(place.at("f")).get();
        assertTrue(after.mtime() > before.mtime(), "mtime");
        assertTrue(after.ctime() > before.ctime(), "ctime");
    }

    @PosixTest
    void ftruncateToTheSameSizeMarksToo(Place place) {
        Files.write(place.at("f"), "abc");
        age(place.at("f"));
        int descriptor = ok(ROOT.open(place.at("f"), O_WRONLY));
        ok(ROOT.ftruncate(descriptor, 3));
        assertTrue(ROOT.fstat(descriptor).get().mtime() > PAST_MODIFIED, "mtime");
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void timesAreSetToTheNanosecond(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.mkdir(place.at("d"), 0755));
        ok(ROOT.symlink("f", place.at("s")));
        long before1970 = -1_000_000_001L;
        for (String name : List.of("f", "d", "s")) {
            ok(ROOT.utimens(place.at(name), before1970, PAST_MODIFIED, AT_SYMLINK_NOFOLLOW));
            Stat stat = ROOT.lstat(place.at(name)).get();
            assertEquals(before1970, stat.atime());
            assertEquals(PAST_MODIFIED, stat.mtime());
        }
    }

    @PosixTest
    void omittedTimesStay(Place place) {
        Files.create(place.at("f"));
        age(place.at("f"));
        ok(ROOT.utimens(place.at("f"), UTIME_OMIT, PAST, 0));
        assertEquals(PAST, ROOT.stat(place.at("f")).get().atime());
        assertEquals(PAST, ROOT.stat(place.at("f")).get().mtime());
        ok(ROOT.utimens(place.at("f"), 5, UTIME_OMIT, 0));
        assertEquals(5, ROOT.stat(place.at("f")).get().atime());
        assertEquals(PAST, ROOT.stat(place.at("f")).get().mtime());
        Stat before = ROOT.stat(place.at("f")).get();
        ok(ROOT.utimens(place.at("f"), UTIME_OMIT, UTIME_OMIT, 0));
        assertEquals(before, ROOT.stat(place.at("f")).get());
    }

    @PosixTest
    void nowIsNow(Place place) {
        Files.create(place.at("f"));
        age(place.at("f"));
        ok(ROOT.utimens(place.at("f"), UTIME_NOW, UTIME_NOW, 0));
        Stat stat = ROOT.stat(place.at("f")).get();
        assertTrue(stat.mtime() > PAST_MODIFIED, "mtime");
        assertEquals(stat.mtime(), stat.atime());
        age(place.at("f"));
        ok(ROOT.utimens(place.at("f"), UTIME_OMIT, UTIME_NOW, 0));
        assertEquals(PAST, ROOT.stat(place.at("f")).get().atime());
        assertTrue(ROOT.stat(place.at("f")).get().mtime() > PAST_MODIFIED, "mtime");
    }

    @PosixTest
    void settingTimesMarksTheStatus(Place place) {
        Files.create(place.at("f"));
        long before = ROOT.stat(place.at("f")).get().ctime();
        ok(ROOT.utimens(place.at("f"), PAST, PAST, 0));
        assertTrue(ROOT.stat(place.at("f")).get().ctime() > before, "ctime");
    }

    @PosixTest
    void nowIsForWritersAndOtherTimesForTheOwner(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.chmod(place.at("f"), 0666));
        ok(ALICE.utimens(place.at("f"), UTIME_NOW, UTIME_NOW, 0));
        fails(Errno.EPERM, ALICE.utimens(place.at("f"), PAST, PAST, 0));
        fails(Errno.EPERM, ALICE.utimens(place.at("f"), UTIME_NOW, UTIME_OMIT, 0));
        ok(ALICE.utimens(place.at("f"), UTIME_OMIT, UTIME_OMIT, 0));
        ok(ROOT.chmod(place.at("f"), 0644));
        fails(Errno.EACCES, ALICE.utimens(place.at("f"), UTIME_NOW, UTIME_NOW, 0));
    }

    @PosixTest
    void timesNeverGoBackBetweenCalls(Place place) {
        long last = 0;
        for (int i = 0; i < 50; i++) {
            Files.write(place.at("f" + i), "x");
            ok(ROOT.chmod(place.at("f" + i), 0600));
            Stat stat = ROOT.stat(place.at("f" + i)).get();
            assertTrue(stat.mtime() >= last, "mtime of file " + i);
            assertTrue(stat.ctime() >= stat.mtime(), "ctime of file " + i);
            last = stat.mtime();
        }
    }

    private static void age(String path) {
        ok(ROOT.utimens(path, PAST, PAST_MODIFIED, 0));
    }

    private static Stat parentMarked(Place place) {
        Stat parent = ROOT.stat(place.directory().toString()).get();
        assertTrue(parent.mtime() > PAST_MODIFIED, "mtime of the parent");
        assertEquals(parent.mtime(), parent.ctime());
        assertEquals(PAST, parent.atime());
        return parent;
    }
}
