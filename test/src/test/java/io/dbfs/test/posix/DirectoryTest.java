package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.fails;
import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ALICE;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.O_CREAT;
import static io.dbfs.test.posix.libc.Constants.O_WRONLY;
import static io.dbfs.test.posix.libc.Constants.S_IFDIR;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.Errno;
import io.dbfs.test.posix.libc.DirectoryStream;
import io.dbfs.test.posix.libc.Stat;
import java.util.Objects;
import java.util.Optional;

/** mkdir(2), rmdir(2) and what stat(2) tells of directories. */
final class DirectoryTest {
    @PosixTest
    void mkdirMakesAnEmptyDirectoryOfTheCaller(Place place) {
        ok(ALICE.mkdir(place.at("d"), 0750));
        Stat stat = ROOT.stat(place.at("d")).get();
        assertEquals(S_IFDIR | 0750, stat.mode());
        assertEquals(10_001, stat.uid());
        assertEquals(20_001, stat.gid());
        assertEquals(2, stat.links());
    }

    @PosixTest
    void mkdirOfWhatExistsFailsWithEexist(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.symlink("nowhere", place.at("s")));
        fails(Errno.EEXIST, ROOT.mkdir(place.at("f"), 0777));
        fails(Errno.EEXIST, ROOT.mkdir(place.at("s"), 0777));
        fails(Errno.EEXIST, ROOT.mkdir(place.directory().toString(), 0777));
        fails(Errno.EEXIST, ROOT.mkdir(place.at("."), 0777));
    }

    @PosixTest
    void mkdirBelowWhatIsNoDirectoryFails(Place place) {
        Files.create(place.at("f"));
        fails(Errno.ENOTDIR, ROOT.mkdir(place.at("f/d"), 0777));
        fails(Errno.ENOENT, ROOT.mkdir(place.at("missing/d"), 0777));
    }

    @PosixTest
    void mkdirAndRmdirNeedPermissionOnTheParent(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0755));
        ok(ROOT.mkdir(place.at("d/e"), 0777));
        fails(Errno.EACCES, ALICE.mkdir(place.at("d/f"), 0777));
        fails(Errno.EACCES, ALICE.rmdir(place.at("d/e")));
        ok(ROOT.chmod(place.at("d"), 0777));
        ok(ALICE.rmdir(place.at("d/e")));
    }

    @PosixTest
    void linkCountsFollowSubdirectories(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0755));
        ok(ROOT.mkdir(place.at("d/a"), 0755));
        ok(ROOT.mkdir(place.at("d/b"), 0755));
        Files.create(place.at("d/f"));
        assertEquals(4, ROOT.stat(place.at("d")).get().links());
        ok(ROOT.rmdir(place.at("d/a")));
        assertEquals(3, ROOT.stat(place.at("d")).get().links());
        ok(ROOT.rename(place.at("d/b"), place.at("b")));
        assertEquals(2, ROOT.stat(place.at("d")).get().links());
        assertEquals(3, ROOT.stat(place.directory().toString()).get().links() - 1);
    }

    @PosixTest
    void rmdirOfWhatIsNotEmptyFailsWithEnotempty(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0755));
        ok(ROOT.mkdir(place.at("d/e"), 0755));
        fails(Errno.ENOTEMPTY, ROOT.rmdir(place.at("d")));
        ok(ROOT.rmdir(place.at("d/e")));
        Files.create(place.at("d/f"));
        fails(Errno.ENOTEMPTY, ROOT.rmdir(place.at("d")));
        ok(ROOT.unlink(place.at("d/f")));
        ok(ROOT.rmdir(place.at("d")));
        fails(Errno.ENOENT, ROOT.rmdir(place.at("d")));
    }

    @PosixTest
    void rmdirOfDotAndDotDotIsRefused(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0755));
        fails(Errno.EINVAL, ROOT.rmdir(place.at("d/.")));
        fails(Errno.ENOTEMPTY, ROOT.rmdir(place.at("d/..")));
    }

    @PosixTest
    void rmdirOfWhatIsNoDirectoryFailsWithEnotdir(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.mkdir(place.at("d"), 0755));
        ok(ROOT.symlink("d", place.at("s")));
        fails(Errno.ENOTDIR, ROOT.rmdir(place.at("f")));
        fails(Errno.ENOTDIR, ROOT.rmdir(place.at("s")));
        fails(Errno.ENOTDIR, ROOT.rmdir(place.at("f/x")));
        fails(Errno.ENOENT, ROOT.rmdir(place.at("missing")));
    }

    @PosixTest
    void rmdirOfAMountPointFailsWithEbusy(Place place) {
        if (place.fileSystem() != FileSystemUnderTest.LOCAL) {
            fails(
                    Errno.EBUSY,
                    ROOT.rmdir(Objects.requireNonNull(place.directory().getParent())
                            .toString()));
        }
    }

    @PosixTest
    void dotDotLeadsUp(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0755));
        ok(ROOT.mkdir(place.at("d/e"), 0755));
        long inode = ROOT.stat(place.directory().toString()).get().inode();
        assertEquals(inode, ROOT.stat(place.at("d/..")).get().inode());
        assertEquals(inode, ROOT.stat(place.at("d/e/../..")).get().inode());
        ok(ROOT.rename(place.at("d/e"), place.at("e")));
        assertEquals(inode, ROOT.stat(place.at("e/..")).get().inode());
    }

    @PosixTest
    void aDirectoryThatIsOpenAndRemovedIsEmptyAndTakesNothing(Place place) {
        place.needs(PathApiLimit.UNLINKED);
        ok(ROOT.mkdir(place.at("d"), 0755));
        try (DirectoryStream stream = ROOT.opendir(place.at("d")).get()) {
            ok(ROOT.rmdir(place.at("d")));
            Stat stat = ROOT.fstat(stream.descriptor()).get();
            assertEquals(S_IFDIR | 0755, stat.mode());
            assertEquals(0, stat.links());
            ok(ROOT.fchmod(stream.descriptor(), 0700));
            ok(ROOT.futimens(stream.descriptor(), 5, 6));
            Stat changed = ROOT.fstat(stream.descriptor()).get();
            assertEquals(0700, changed.permissions());
            assertEquals(6, changed.mtime());
            assertEquals(Optional.empty(), stream.next());
            String below = "/proc/self/fd/" + stream.descriptor() + "/x";
            fails(Errno.ENOENT, ROOT.mkdir(below, 0777));
            fails(Errno.ENOENT, ROOT.open(below, O_WRONLY | O_CREAT, 0666));
        }
    }
}
