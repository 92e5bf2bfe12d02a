package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.fails;
import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ALICE;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.O_CREAT;
import static io.dbfs.test.posix.libc.Constants.O_RDWR;
import static io.dbfs.test.posix.libc.Constants.RENAME_EXCHANGE;
import static io.dbfs.test.posix.libc.Constants.RENAME_NOREPLACE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.Errno;

/** renameat2(2): over everything that POSIX allows and nothing else. */
final class RenameTest {
    @PosixTest
    void renameMovesAFileWithItsInode(Place place) {
        Files.write(place.at("a"), "a");
        long inode = ROOT.stat(place.at("a")).get().inode();
        ok(ROOT.rename(place.at("a"), place.at("b")));
        fails(Errno.ENOENT, ROOT.stat(place.at("a")));
        assertEquals(inode, ROOT.stat(place.at("b")).get().inode());
        assertEquals("a", Files.read(place.at("b")));
    }

    @PosixTest
    void renameReplacesAFile(Place place) {
        Files.write(place.at("a"), "a");
        Files.write(place.at("b"), "b");
        ok(ROOT.rename(place.at("a"), place.at("b")));
        assertEquals("a", Files.read(place.at("b")));
        fails(Errno.ENOENT, ROOT.stat(place.at("a")));
    }

    @PosixTest
    void renameOfMissingNamesFailsWithEnoent(Place place) {
        Files.create(place.at("f"));
        fails(Errno.ENOENT, ROOT.rename(place.at("missing"), place.at("x")));
        fails(Errno.ENOENT, ROOT.rename(place.at("f"), place.at("missing/x")));
        fails(Errno.ENOENT, ROOT.rename(place.at("f"), ""));
        fails(Errno.ENOTDIR, ROOT.rename(place.at("f/x"), place.at("y")));
        fails(Errno.ENOTDIR, ROOT.rename(place.at("f"), place.at("f/y")));
    }

    @PosixTest
    void renameBetweenFilesAndDirectoriesFails(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.mkdir(place.at("d"), 0755));
        fails(Errno.EISDIR, ROOT.rename(place.at("f"), place.at("d")));
        fails(Errno.ENOTDIR, ROOT.rename(place.at("d"), place.at("f")));
        fails(Errno.ENOTDIR, ROOT.rename(place.at("f"), place.at("x/")));
    }

    @PosixTest
    void renameReplacesAnEmptyDirectoryOnly(Place place) {
        ok(ROOT.mkdir(place.at("a"), 0755));
        ok(ROOT.mkdir(place.at("b"), 0755));
        Files.create(place.at("a/f"));
        fails(Errno.ENOTEMPTY, ROOT.rename(place.at("b"), place.at("a")));
        ok(ROOT.rename(place.at("a"), place.at("b")));
        ok(ROOT.stat(place.at("b/f")).result());
        assertEquals(3, ROOT.stat(place.directory().toString()).get().links());
    }

    @PosixTest
    void renameIntoItselfFailsWithEinval(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0755));
        ok(ROOT.mkdir(place.at("d/e"), 0755));
        fails(Errno.EINVAL, ROOT.rename(place.at("d"), place.at("d/x")));
        fails(Errno.EINVAL, ROOT.rename(place.at("d"), place.at("d/e/x")));
        fails(Errno.ENOTEMPTY, ROOT.rename(place.at("d/e"), place.at("d")));
    }

    @PosixTest
    void renameOfDotIsRefused(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0755));
        fails(Errno.EBUSY, ROOT.rename(place.at("d/."), place.at("x")));
        fails(Errno.EBUSY, ROOT.rename(place.at("d"), place.at("d/..")));
    }

    @PosixTest
    void renameOfOneNameOfAnInodeToAnotherDoesNothing(Place place) {
        Files.write(place.at("a"), "a");
        ok(ROOT.link(place.at("a"), place.at("b")));
        ok(ROOT.rename(place.at("a"), place.at("b")));
        ok(ROOT.stat(place.at("a")).result());
        assertEquals(2, ROOT.stat(place.at("b")).get().links());
        ok(ROOT.rename(place.at("a"), place.at("a")));
    }

    @PosixTest
    void renameWithoutReplacingFailsWithEexist(Place place) {
        place.needs(PathApiLimit.RENAME_FLAGS);
        Files.write(place.at("a"), "a");
        Files.write(place.at("b"), "b");
        fails(Errno.EEXIST, ROOT.rename(place.at("a"), place.at("b"), RENAME_NOREPLACE));
        assertEquals("b", Files.read(place.at("b")));
        fails(Errno.EEXIST, ROOT.rename(place.at("a"), place.at("a"), RENAME_NOREPLACE));
        ok(ROOT.rename(place.at("a"), place.at("c"), RENAME_NOREPLACE));
        assertEquals("a", Files.read(place.at("c")));
    }

    @PosixTest
    void exchangeSwapsWhatTheNamesLeadTo(Place place) {
        place.needs(PathApiLimit.RENAME_FLAGS);
        Files.write(place.at("f"), "f");
        ok(ROOT.mkdir(place.at("d"), 0755));
        Files.write(place.at("d/g"), "g");
        ok(ROOT.rename(place.at("f"), place.at("d"), RENAME_EXCHANGE));
        assertEquals("f", Files.read(place.at("d")));
        assertEquals("g", Files.read(place.at("f/g")));
        fails(Errno.ENOENT, ROOT.rename(place.at("f"), place.at("missing"), RENAME_EXCHANGE));
        fails(Errno.EINVAL, ROOT.rename(place.at("f"), place.at("f/g"), RENAME_EXCHANGE));
    }

    @PosixTest
    void exchangeAcrossDirectoriesMovesLinkCounts(Place place) {
        place.needs(PathApiLimit.RENAME_FLAGS);
        ok(ROOT.mkdir(place.at("a"), 0755));
        ok(ROOT.mkdir(place.at("b"), 0755));
        ok(ROOT.mkdir(place.at("a/d"), 0755));
        Files.create(place.at("b/f"));
        ok(ROOT.rename(place.at("a/d"), place.at("b/f"), RENAME_EXCHANGE));
        assertEquals(2, ROOT.stat(place.at("a")).get().links());
        assertEquals(3, ROOT.stat(place.at("b")).get().links());
        assertEquals(
                ROOT.stat(place.at("b")).get().inode(),
                ROOT.stat(place.at("b/f/..")).get().inode());
    }

    @PosixTest
    void flagsThatContradictFailWithEinval(Place place) {
        Files.create(place.at("a"));
        Files.create(place.at("b"));
        fails(Errno.EINVAL, ROOT.rename(place.at("a"), place.at("b"), RENAME_NOREPLACE | RENAME_EXCHANGE));
        fails(Errno.EINVAL, ROOT.rename(place.at("a"), place.at("b"), 0x100));
    }

    @PosixTest
    void renameToAnotherFilesystemFailsWithExdev(Place place) {
        Files.create(place.at("f"));
        fails(Errno.EXDEV, ROOT.rename(place.at("f"), "/dev/dbfs-posix-test"));
        fails(Errno.EXDEV, ROOT.link(place.at("f"), "/dev/dbfs-posix-test"));
    }

    @PosixTest
    void renameNeedsPermissionOnBothParents(Place place) {
        ok(ROOT.mkdir(place.at("mine"), 0755));
        ok(ROOT.lchown(place.at("mine"), 10_001, 20_001));
        ok(ROOT.mkdir(place.at("other"), 0755));
        Files.create(place.at("other/f"));
        ok(ALICE.mkdir(place.at("mine/d"), 0755));
        fails(Errno.EACCES, ALICE.rename(place.at("other/f"), place.at("mine/f")));
        fails(Errno.EACCES, ALICE.rename(place.at("mine/d"), place.at("other/d")));
        ok(ALICE.rename(place.at("mine/d"), place.at("mine/e")));
    }

    @PosixTest
    void aDirectoryOfAnotherMovesToAnotherParentOnlyForThoseWhoMayWriteIt(Place place) {
        ok(ROOT.mkdir(place.at("a"), 0777));
        ok(ROOT.mkdir(place.at("b"), 0777));
        ok(ROOT.mkdir(place.at("a/d"), 0755));
        fails(Errno.EACCES, ALICE.rename(place.at("a/d"), place.at("b/d")));
        ok(ALICE.rename(place.at("a/d"), place.at("a/e")));
    }

    @PosixTest
    void renamingAnOpenFileLeavesItsDescriptorUsable(Place place) {
        int descriptor = ok(ROOT.open(place.at("a"), O_RDWR | O_CREAT, 0644));
        ok(ROOT.write(descriptor, Files.bytes("before")));
        ok(ROOT.rename(place.at("a"), place.at("b")));
        ok(ROOT.write(descriptor, Files.bytes("after")));
        assertEquals("beforeafter", Files.read(descriptor));
        assertEquals("beforeafter", Files.read(place.at("b")));
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void aTrailingSlashMeansADirectory(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0755));
        ok(ROOT.rename(place.at("d/"), place.at("e/")));
        Files.create(place.at("f"));
        fails(Errno.ENOTDIR, ROOT.rename(place.at("f/"), place.at("g")));
    }
}
