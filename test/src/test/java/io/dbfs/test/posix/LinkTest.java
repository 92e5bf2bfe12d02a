package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.fails;
import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ALICE;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.AT_SYMLINK_FOLLOW;
import static io.dbfs.test.posix.libc.Constants.O_CREAT;
import static io.dbfs.test.posix.libc.Constants.O_RDONLY;
import static io.dbfs.test.posix.libc.Constants.O_RDWR;
import static io.dbfs.test.posix.libc.Constants.S_IFIFO;
import static io.dbfs.test.posix.libc.Constants.S_IFLNK;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.Errno;
import io.dbfs.test.harness.Await;
import io.dbfs.test.posix.libc.Stat;
import java.time.Duration;
import java.util.Set;

/** link(2), symlink(2), readlink(2), unlink(2). */
final class LinkTest {
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(60);

    @PosixTest
    void linkGivesAnInodeASecondName(Place place) {
        Files.write(place.at("a"), "one");
        ok(ROOT.link(place.at("a"), place.at("b")));
        Stat stat = ROOT.stat(place.at("b")).get();
        assertEquals(2, stat.links());
        assertEquals(ROOT.stat(place.at("a")).get().inode(), stat.inode());
        Files.write(place.at("b"), "two");
        assertEquals("two", Files.read(place.at("a")));
        ok(ROOT.unlink(place.at("a")));
        assertEquals("two", Files.read(place.at("b")));
        if (place.fileSystem() == FileSystemUnderTest.JNR) {
            // close(2) returns before libfuse counts the file as closed, see PathApiLimit.HIDDEN_NAMES.
            Await.until(
                    "one link is left",
                    CLOSED_WITHIN,
                    () -> ROOT.stat(place.at("b")).get().links() == 1);
        }
        assertEquals(1, ROOT.stat(place.at("b")).get().links());
    }

    @PosixTest
    void anOpenNameThatIsRemovedIsGoneAtOnce(Place place) {
        place.needs(PathApiLimit.HIDDEN_NAMES);
        Files.write(place.at("a"), "one");
        ok(ROOT.link(place.at("a"), place.at("b")));
        int descriptor = ok(ROOT.open(place.at("a"), O_RDWR));
        ok(ROOT.unlink(place.at("a")));
        assertEquals(Set.of(".", "..", "b"), ListingTest.names(place.directory().toString()));
        assertEquals(1, ROOT.stat(place.at("b")).get().links());
        assertEquals("one", Files.read(descriptor));
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void attributesAreOfTheInodeWhateverItsName(Place place) {
        place.needs(PathApiLimit.HARD_LINKS);
        Files.write(place.at("a"), "one");
        ok(ROOT.link(place.at("a"), place.at("b")));
        assertEquals(2, ROOT.stat(place.at("a")).get().links());
        ok(ROOT.chmod(place.at("a"), 0600));
        ok(ROOT.truncate(place.at("a"), 1));
        assertEquals(0600, ROOT.stat(place.at("b")).get().permissions());
        assertEquals(1, ROOT.stat(place.at("b")).get().size());
        assertEquals(ROOT.stat(place.at("a")).get(), ROOT.stat(place.at("b")).get());
    }

    @PosixTest
    void linkOfWhatCannotBeLinkedFails(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.mkdir(place.at("d"), 0755));
        fails(Errno.EPERM, ROOT.link(place.at("d"), place.at("e")));
        fails(Errno.EEXIST, ROOT.link(place.at("f"), place.at("d")));
        fails(Errno.EEXIST, ROOT.link(place.at("f"), place.at("f")));
        fails(Errno.ENOENT, ROOT.link(place.at("missing"), place.at("x")));
        fails(Errno.ENOENT, ROOT.link(place.at("f"), place.at("missing/x")));
        fails(Errno.ENOTDIR, ROOT.link(place.at("f"), place.at("f/x")));
    }

    @PosixTest
    void linkOfASymlinkIsOneMoreNameOfTheSymlink(Place place) {
        ok(ROOT.symlink("nowhere", place.at("s")));
        ok(ROOT.link(place.at("s"), place.at("t")));
        assertEquals("nowhere", target(place.at("t")));
        assertEquals(2, ROOT.lstat(place.at("t")).get().links());
        fails(Errno.ENOENT, ROOT.link(place.at("s"), place.at("u"), AT_SYMLINK_FOLLOW));
    }

    @PosixTest
    void specialFilesCanBeLinked(Place place) {
        ok(ROOT.mknod(place.at("p"), S_IFIFO | 0600, 0));
        ok(ROOT.link(place.at("p"), place.at("q")));
        assertEquals(2, ROOT.lstat(place.at("q")).get().links());
    }

    @PosixTest
    void anOpenFileWithANameCanBeLinked(Place place) {
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR | O_CREAT, 0600));
        ok(ROOT.link(descriptor, place.at("g")));
        assertEquals(2, ROOT.stat(place.at("g")).get().links());
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void anUnlinkedFileCannotBeLinkedAgain(Place place) {
        place.needs(PathApiLimit.UNLINKED);
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR | O_CREAT, 0600));
        ok(ROOT.unlink(place.at("f")));
        fails(Errno.ENOENT, ROOT.link(descriptor, place.at("g")));
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void aSymlinkKeepsItsTargetAsItIs(Place place) {
        ok(ALICE.symlink("../x//y", place.at("s")));
        Stat stat = ROOT.lstat(place.at("s")).get();
        assertEquals(S_IFLNK | 0777, stat.mode());
        assertEquals(7, stat.size());
        assertEquals(10_001, stat.uid());
        assertEquals("../x//y", target(place.at("s")));
        assertEquals(3, ok(ROOT.readlink(place.at("s"), new byte[3])));
        fails(Errno.ENOENT, ROOT.stat(place.at("s")));
    }

    @PosixTest
    void symlinkTargetsHaveUpTo4095Bytes(Place place) {
        fails(Errno.ENAMETOOLONG, ROOT.symlink("x".repeat(4096), place.at("t")));
        fails(Errno.ENOENT, ROOT.symlink("", place.at("t")));
        place.needs(PathApiLimit.SYMLINK_LENGTH);
        String longest = "x".repeat(4095);
        ok(ROOT.symlink(longest, place.at("s")));
        assertEquals(longest, target(place.at("s")));
        assertEquals(4095, ROOT.lstat(place.at("s")).get().size());
    }

    @PosixTest
    void symlinkOverWhatExistsFailsWithEexist(Place place) {
        Files.create(place.at("f"));
        fails(Errno.EEXIST, ROOT.symlink("x", place.at("f")));
        fails(Errno.ENOTDIR, ROOT.symlink("x", place.at("f/x")));
        fails(Errno.ENOENT, ROOT.symlink("x", place.at("missing/x")));
    }

    @PosixTest
    void readlinkOfWhatIsNoSymlinkFailsWithEinval(Place place) {
        Files.create(place.at("f"));
        fails(Errno.EINVAL, ROOT.readlink(place.at("f"), new byte[8]));
        fails(Errno.EINVAL, ROOT.readlink(place.directory().toString(), new byte[8]));
        fails(Errno.ENOENT, ROOT.readlink(place.at("missing"), new byte[8]));
    }

    @PosixTest
    void unlinkOfADirectoryFailsWithEisdir(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0755));
        fails(Errno.EISDIR, ROOT.unlink(place.at("d")));
        fails(Errno.ENOENT, ROOT.unlink(place.at("missing")));
        Files.create(place.at("f"));
        fails(Errno.ENOTDIR, ROOT.unlink(place.at("f/x")));
        fails(Errno.ENOTDIR, ROOT.unlink(place.at("f/")));
    }

    @PosixTest
    void unlinkOfASymlinkLeavesItsTarget(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.symlink("f", place.at("s")));
        ok(ROOT.unlink(place.at("s")));
        ok(ROOT.stat(place.at("f")).result());
        fails(Errno.ENOENT, ROOT.lstat(place.at("s")));
    }

    @PosixTest
    void unlinkNeedsPermissionOnTheDirectoryNotTheFile(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0777));
        Files.create(place.at("d/f"));
        ok(ROOT.chmod(place.at("d/f"), 0));
        ok(ROOT.chmod(place.at("d"), 0755));
        fails(Errno.EACCES, ALICE.unlink(place.at("d/f")));
        ok(ROOT.chmod(place.at("d"), 0777));
        ok(ALICE.unlink(place.at("d/f")));
    }

    @PosixTest
    void loopsOfSymlinksFailWithEloop(Place place) {
        ok(ROOT.symlink("b", place.at("a")));
        ok(ROOT.symlink("a", place.at("b")));
        fails(Errno.ELOOP, ROOT.stat(place.at("a")));
        fails(Errno.ELOOP, ROOT.open(place.at("a"), O_RDONLY));
        fails(Errno.ELOOP, ROOT.stat(place.at("a/x")));
        fails(Errno.ELOOP, ROOT.truncate(place.at("a"), 0));
        ok(ROOT.lstat(place.at("a")).result());
    }

    @PosixTest
    void fortySymlinksInARowAreFollowed(Place place) {
        Files.create(place.at("s0"));
        for (int i = 1; i <= 41; i++) {
            ok(ROOT.symlink("s" + (i - 1), place.at("s" + i)));
        }
        ok(ROOT.stat(place.at("s40")).result());
        fails(Errno.ELOOP, ROOT.stat(place.at("s41")));
    }

    private static String target(String path) {
        byte[] target = new byte[8192];
        return new String(
                target, 0, (int) ok(ROOT.readlink(path, target)), java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
