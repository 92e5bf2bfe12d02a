package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.fails;
import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ALICE;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.O_RDWR;
import static io.dbfs.test.posix.libc.Constants.S_IFBLK;
import static io.dbfs.test.posix.libc.Constants.S_IFCHR;
import static io.dbfs.test.posix.libc.Constants.S_IFDIR;
import static io.dbfs.test.posix.libc.Constants.S_IFIFO;
import static io.dbfs.test.posix.libc.Constants.S_IFLNK;
import static io.dbfs.test.posix.libc.Constants.S_IFREG;
import static io.dbfs.test.posix.libc.Constants.S_IFSOCK;
import static io.dbfs.test.posix.libc.Constants.device;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.test.posix.libc.Stat;
import io.dbfs.test.posix.libc.Statvfs;

/** mknod(2) and statvfs(3). */
final class NodeTest {
    @PosixTest
    void everyTypeCanBeMade(Place place) {
        int[] types = {S_IFIFO, S_IFSOCK, S_IFREG};
        for (int type : types) {
            ok(ALICE.mknod(place.at("n" + type), type | 0640, 0));
            assertEquals(type | 0640, ROOT.lstat(place.at("n" + type)).get().mode());
        }
        ok(ALICE.mknod(place.at("plain"), 0600, 0));
        assertEquals(S_IFREG | 0600, ROOT.lstat(place.at("plain")).get().mode());
    }

    @PosixTest
    void devicesAreForRootAndKeepTheirNumber(Place place) {
        ok(ROOT.mknod(place.at("c"), S_IFCHR | 0666, device(1, 3)));
        ok(ROOT.mknod(place.at("b"), S_IFBLK | 0600, device(7, 200)));
        assertEquals(1L << 32 | 3, ROOT.lstat(place.at("c")).get().specialDevice());
        assertEquals(7L << 32 | 200, ROOT.lstat(place.at("b")).get().specialDevice());
        assertEquals(S_IFCHR | 0666, ROOT.lstat(place.at("c")).get().mode());
        fails(Errno.EPERM, ALICE.mknod(place.at("x"), S_IFCHR | 0666, device(1, 3)));
        int descriptor = ok(ALICE.open(place.at("c"), O_RDWR));
        assertEquals(5, ok(ALICE.write(descriptor, new byte[5])));
        assertEquals(0, ok(ALICE.read(descriptor, new byte[5])));
        ok(ALICE.close(descriptor));
    }

    @PosixTest
    void whatCannotBeMadeIsRefused(Place place) {
        fails(Errno.EPERM, ROOT.mknod(place.at("d"), S_IFDIR | 0755, 0));
        fails(Errno.EINVAL, ROOT.mknod(place.at("s"), S_IFLNK | 0777, 0));
        Files.create(place.at("f"));
        fails(Errno.EEXIST, ROOT.mknod(place.at("f"), S_IFIFO | 0600, 0));
        fails(Errno.ENOTDIR, ROOT.mknod(place.at("f/p"), S_IFIFO | 0600, 0));
        fails(Errno.ENOENT, ROOT.mknod(place.at("missing/p"), S_IFIFO | 0600, 0));
        ok(ROOT.mkdir(place.at("e"), 0755));
        fails(Errno.EACCES, ALICE.mknod(place.at("e/p"), S_IFIFO | 0600, 0));
    }

    @PosixTest
    void statvfsTellsSpaceAndLimits(Place place) {
        Statvfs statvfs = ROOT.statvfs(place.directory().toString()).get();
        assertEquals(255, statvfs.nameBytesMax());
        assertTrue(statvfs.blocks() > 0, "blocks");
        assertTrue(statvfs.free() <= statvfs.blocks(), "free");
        assertTrue(statvfs.available() <= statvfs.free(), "available");
        assertTrue(statvfs.blockSize() >= 512, "block size");
        Files.create(place.at("f"));
        fails(Errno.ENOENT, ROOT.statvfs(place.at("missing")));
        fails(Errno.ENOTDIR, ROOT.statvfs(place.at("f/x")));
    }

    @PosixTest
    void inodeNumbersAreStableAndDistinct(Place place) {
        Files.create(place.at("a"));
        Files.create(place.at("b"));
        Stat first = ROOT.stat(place.at("a")).get();
        assertTrue(first.inode() != ROOT.stat(place.at("b")).get().inode(), "distinct");
        assertEquals(
                first.device(), ROOT.stat(place.directory().toString()).get().device());
        ok(ROOT.rename(place.at("a"), place.at("c")));
        ok(ROOT.chmod(place.at("c"), 0600));
        assertEquals(first.inode(), ROOT.stat(place.at("c")).get().inode());
    }
}
