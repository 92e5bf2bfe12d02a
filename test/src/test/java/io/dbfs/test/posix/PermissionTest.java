package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.fails;
import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ALICE;
import static io.dbfs.test.posix.Place.BOB;
import static io.dbfs.test.posix.Place.CAROL;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.F_OK;
import static io.dbfs.test.posix.libc.Constants.O_CREAT;
import static io.dbfs.test.posix.libc.Constants.O_RDONLY;
import static io.dbfs.test.posix.libc.Constants.O_TRUNC;
import static io.dbfs.test.posix.libc.Constants.O_WRONLY;
import static io.dbfs.test.posix.libc.Constants.RENAME_EXCHANGE;
import static io.dbfs.test.posix.libc.Constants.RENAME_NOREPLACE;
import static io.dbfs.test.posix.libc.Constants.R_OK;
import static io.dbfs.test.posix.libc.Constants.W_OK;
import static io.dbfs.test.posix.libc.Constants.X_OK;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.Errno;
import io.dbfs.test.posix.libc.Stat;

/** chmod(2), chown(2), access(2), sticky and set-group-id directories. */
final class PermissionTest {
    private static final int ALICE_ID = 10_001;
    private static final int ALICE_GROUP = 20_001;
    private static final int BOB_GROUP = 20_002;

    @PosixTest
    void chmodSetsTheTwelveBits(Place place) {
        Files.create(place.at("f"));
        for (int mode : new int[] {0, 0777, 04755, 02711, 01644, 07777}) {
            ok(ROOT.chmod(place.at("f"), mode));
            assertEquals(mode, ROOT.stat(place.at("f")).get().permissions());
        }
        int descriptor = ok(ROOT.open(place.at("f"), O_RDONLY));
        ok(ROOT.fchmod(descriptor, 0640));
        assertEquals(0640, ROOT.fstat(descriptor).get().permissions());
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void chmodFollowsSymlinks(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.symlink("f", place.at("s")));
        ok(ROOT.chmod(place.at("s"), 0601));
        assertEquals(0601, ROOT.stat(place.at("f")).get().permissions());
        assertEquals(0777, ROOT.lstat(place.at("s")).get().permissions());
    }

    @PosixTest
    void chmodIsForOwnerAndRoot(Place place) {
        Files.create(place.at("f"));
        fails(Errno.EPERM, ALICE.chmod(place.at("f"), 0777));
        ok(ROOT.lchown(place.at("f"), ALICE_ID, ALICE_GROUP));
        ok(ALICE.chmod(place.at("f"), 0600));
        fails(Errno.EPERM, BOB.chmod(place.at("f"), 0777));
        fails(Errno.ENOENT, ROOT.chmod(place.at("missing"), 0777));
        fails(Errno.ENOTDIR, ROOT.chmod(place.at("f/x"), 0777));
    }

    @PosixTest
    void chmodOfAnOwnerOutsideTheGroupDropsSetGid(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.lchown(place.at("f"), ALICE_ID, BOB_GROUP));
        ok(ALICE.chmod(place.at("f"), 02755));
        assertEquals(0755, ROOT.stat(place.at("f")).get().permissions());
        ok(ROOT.lchown(place.at("f"), ALICE_ID, ALICE_GROUP));
        ok(ALICE.chmod(place.at("f"), 02755));
        assertEquals(02755, ROOT.stat(place.at("f")).get().permissions());
    }

    @PosixTest
    void chownIsForRoot(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.lchown(place.at("f"), ALICE_ID, ALICE_GROUP));
        Stat stat = ROOT.stat(place.at("f")).get();
        assertEquals(ALICE_ID, stat.uid());
        assertEquals(ALICE_GROUP, stat.gid());
        fails(Errno.EPERM, ALICE.lchown(place.at("f"), 10_002, -1));
        fails(Errno.EPERM, ALICE.lchown(place.at("f"), -1, BOB_GROUP));
        fails(Errno.EPERM, BOB.lchown(place.at("f"), -1, BOB_GROUP));
        ok(ALICE.lchown(place.at("f"), -1, ALICE_GROUP));
        ok(ROOT.lchown(place.at("f"), -1, -1));
        assertEquals(ALICE_ID, ROOT.stat(place.at("f")).get().uid());
    }

    @PosixTest
    void ownersMayGiveAFileToAnyOfTheirGroups(Place place) {
        ok(CAROL.close(ok(CAROL.open(place.at("f"), O_WRONLY | O_CREAT, 0640))));
        ok(CAROL.lchown(place.at("f"), -1, ALICE_GROUP));
        assertEquals(ALICE_GROUP, ROOT.stat(place.at("f")).get().gid());
        fails(Errno.EPERM, CAROL.lchown(place.at("f"), -1, BOB_GROUP));
    }

    @PosixTest
    void lchownChangesTheSymlinkItself(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.symlink("f", place.at("s")));
        ok(ROOT.lchown(place.at("s"), ALICE_ID, ALICE_GROUP));
        assertEquals(ALICE_ID, ROOT.lstat(place.at("s")).get().uid());
        assertEquals(0, ROOT.stat(place.at("f")).get().uid());
    }

    @PosixTest
    void chownClearsSetUidAndSetGidOfFiles(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.chmod(place.at("f"), 06755));
        ok(ROOT.lchown(place.at("f"), ALICE_ID, ALICE_GROUP));
        assertEquals(0755, ROOT.stat(place.at("f")).get().permissions());
        ok(ROOT.chmod(place.at("f"), 06755));
        ok(ALICE.lchown(place.at("f"), -1, ALICE_GROUP));
        assertEquals(0755, ROOT.stat(place.at("f")).get().permissions());
    }

    @PosixTest
    void chownLeavesSetGidOfDirectories(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0755));
        ok(ROOT.chmod(place.at("d"), 02755));
        ok(ROOT.lchown(place.at("d"), ALICE_ID, ALICE_GROUP));
        assertEquals(02755, ROOT.stat(place.at("d")).get().permissions());
    }

    @PosixTest
    void writingClearsSetUidAndSetGid(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.chmod(place.at("f"), 06777));
        int descriptor = ok(ALICE.open(place.at("f"), O_WRONLY));
        ok(ALICE.write(descriptor, new byte[1]));
        assertEquals(0777, ROOT.fstat(descriptor).get().permissions());
        assertEquals(0777, ROOT.stat(place.at("f")).get().permissions());
        ok(ALICE.close(descriptor));
        assertEquals(0777, ROOT.stat(place.at("f")).get().permissions());
    }

    @PosixTest
    void rootsWritingLeavesSetUid(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.chmod(place.at("f"), 06777));
        int descriptor = ok(ROOT.open(place.at("f"), O_WRONLY));
        ok(ROOT.write(descriptor, new byte[1]));
        ok(ROOT.close(descriptor));
        assertEquals(06777, ROOT.stat(place.at("f")).get().permissions());
    }

    @PosixTest
    void truncatingClearsSetUidAndSetGid(Place place) {
        Files.write(place.at("f"), "abc");
        ok(ROOT.chmod(place.at("f"), 06777));
        ok(ALICE.truncate(place.at("f"), 1));
        assertEquals(0777, ROOT.stat(place.at("f")).get().permissions());
        ok(ROOT.chmod(place.at("f"), 06777));
        ok(ALICE.close(ok(ALICE.open(place.at("f"), O_WRONLY | O_TRUNC))));
        assertEquals(0777, ROOT.stat(place.at("f")).get().permissions());
    }

    @PosixTest
    void setGidDirectoriesPassOnTheirGroup(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0777));
        ok(ROOT.lchown(place.at("d"), 0, BOB_GROUP));
        ok(ROOT.chmod(place.at("d"), 02777));
        ok(ALICE.close(ok(ALICE.open(place.at("d/f"), O_WRONLY | O_CREAT, 0644))));
        ok(ALICE.mkdir(place.at("d/e"), 0755));
        ok(ALICE.symlink("x", place.at("d/s")));
        assertEquals(BOB_GROUP, ROOT.stat(place.at("d/f")).get().gid());
        assertEquals(BOB_GROUP, ROOT.lstat(place.at("d/s")).get().gid());
        Stat made = ROOT.stat(place.at("d/e")).get();
        assertEquals(BOB_GROUP, made.gid());
        assertEquals(02755, made.permissions());
        assertEquals(0644, ROOT.stat(place.at("d/f")).get().permissions());
    }

    @PosixTest
    void setGidOfANewFileIsDroppedForThoseOutsideTheGroup(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0777));
        ok(ROOT.lchown(place.at("d"), 0, BOB_GROUP));
        ok(ROOT.chmod(place.at("d"), 02777));
        ok(ALICE.close(ok(ALICE.open(place.at("d/f"), O_WRONLY | O_CREAT, 02775))));
        assertEquals(0775, ROOT.stat(place.at("d/f")).get().permissions());
        ok(BOB.close(ok(BOB.open(place.at("d/g"), O_WRONLY | O_CREAT, 02775))));
        assertEquals(02775, ROOT.stat(place.at("d/g")).get().permissions());
    }

    @PosixTest
    void stickyDirectoriesProtectOthersEntries(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0777));
        ok(ROOT.chmod(place.at("d"), 01777));
        ok(ALICE.close(ok(ALICE.open(place.at("d/f"), O_WRONLY | O_CREAT, 0666))));
        ok(ALICE.mkdir(place.at("d/e"), 0777));
        ok(BOB.close(ok(BOB.open(place.at("d/b"), O_WRONLY | O_CREAT, 0666))));
        fails(Errno.EPERM, BOB.unlink(place.at("d/f")));
        fails(Errno.EPERM, BOB.rmdir(place.at("d/e")));
        fails(Errno.EPERM, BOB.rename(place.at("d/f"), place.at("d/x")));
        fails(Errno.EPERM, BOB.rename(place.at("d/b"), place.at("d/f")));
        ok(BOB.rename(place.at("d/b"), place.at("d/c")));
        ok(ALICE.unlink(place.at("d/f")));
        ok(ROOT.unlink(place.at("d/c")));
        ok(ROOT.lchown(place.at("d"), ALICE_ID, -1));
        ok(BOB.close(ok(BOB.open(place.at("d/b"), O_WRONLY | O_CREAT, 0666))));
        ok(ALICE.unlink(place.at("d/b")));
    }

    @PosixTest
    void stickyDirectoriesProtectFromRenamesOfEveryKind(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0777));
        ok(ROOT.chmod(place.at("d"), 01777));
        ok(ALICE.mkdir(place.at("d/alices"), 0777));
        ok(BOB.mkdir(place.at("d/bobs"), 0777));
        ok(BOB.mkdir(place.at("e"), 0777));
        fails(Errno.EPERM, BOB.rename(place.at("d/bobs"), place.at("d/alices")));
        fails(Errno.EPERM, BOB.rename(place.at("d/alices"), place.at("e/x")));
        fails(Errno.EPERM, BOB.rename(place.at("e"), place.at("d/alices")));
        if (place.fileSystem() != FileSystemUnderTest.JNR) {
            fails(Errno.EPERM, BOB.rename(place.at("d/bobs"), place.at("d/alices"), RENAME_EXCHANGE));
            fails(Errno.EPERM, BOB.rename(place.at("d/alices"), place.at("d/y"), RENAME_NOREPLACE));
        }
        ok(BOB.rename(place.at("d/bobs"), place.at("e/moved")));
        ok(BOB.rename(place.at("e/moved"), place.at("d/back")));
        ok(ALICE.rename(place.at("d/alices"), place.at("d/renamed")));
        ok(ROOT.rename(place.at("d/renamed"), place.at("d/back")));
    }

    @PosixTest
    void supplementaryGroupsCount(Place place) {
        Files.write(place.at("f"), "x");
        ok(ROOT.lchown(place.at("f"), 0, ALICE_GROUP));
        ok(ROOT.chmod(place.at("f"), 0040));
        ok(ROOT.close(ok(CAROL.open(place.at("f"), O_RDONLY))));
        fails(Errno.EACCES, BOB.open(place.at("f"), O_RDONLY));
        ok(ROOT.mkdir(place.at("d"), 0));
        ok(ROOT.lchown(place.at("d"), 0, ALICE_GROUP));
        ok(ROOT.chmod(place.at("d"), 0070));
        ok(CAROL.mkdir(place.at("d/e"), 0777));
        fails(Errno.EACCES, BOB.mkdir(place.at("d/g"), 0777));
    }

    @PosixTest
    void accessAnswersForTheRealUser(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.lchown(place.at("f"), ALICE_ID, ALICE_GROUP));
        ok(ROOT.chmod(place.at("f"), 0640));
        ok(ALICE.access(place.at("f"), R_OK | W_OK));
        fails(Errno.EACCES, ALICE.access(place.at("f"), X_OK));
        ok(CAROL.access(place.at("f"), R_OK));
        fails(Errno.EACCES, CAROL.access(place.at("f"), W_OK));
        fails(Errno.EACCES, BOB.access(place.at("f"), R_OK));
        ok(BOB.access(place.at("f"), F_OK));
        ok(ROOT.access(place.at("f"), R_OK | W_OK));
        fails(Errno.EACCES, ROOT.access(place.at("f"), X_OK));
        fails(Errno.ENOENT, ROOT.access(place.at("missing"), F_OK));
        fails(Errno.ENOTDIR, ROOT.access(place.at("f/x"), F_OK));
        fails(Errno.EINVAL, ROOT.access(place.at("f"), 8));
    }

    @PosixTest
    void searchPermissionIsNeededOnTheWay(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0777));
        Files.create(place.at("d/f"));
        ok(ROOT.chmod(place.at("d"), 0766));
        fails(Errno.EACCES, ALICE.stat(place.at("d/f")));
        fails(Errno.EACCES, ALICE.chmod(place.at("d/f"), 0777));
        fails(Errno.EACCES, ALICE.access(place.at("d/f"), F_OK));
        ok(ALICE.opendir(place.at("d")).get().next().map(x -> 0).orElse(-1));
        ok(ROOT.chmod(place.at("d"), 0711));
        ok(ALICE.stat(place.at("d/f")).result());
        fails(Errno.EACCES, ALICE.opendir(place.at("d")));
    }
}
