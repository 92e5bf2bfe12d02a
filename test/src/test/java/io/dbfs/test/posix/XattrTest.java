package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.fails;
import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ALICE;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.S_IFIFO;
import static io.dbfs.test.posix.libc.Constants.XATTR_CREATE;
import static io.dbfs.test.posix.libc.Constants.XATTR_REPLACE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.Errno;
import java.util.Arrays;
import java.util.Set;

/** setxattr(2), getxattr(2), listxattr(2), removexattr(2). */
final class XattrTest {
    private static final byte[] VALUE = Files.bytes("value");

    @PosixTest
    void valuesAreKeptPerName(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.setxattr(place.at("f"), "user.a", VALUE, 0));
        ok(ROOT.setxattr(place.at("f"), "user.empty", new byte[0], 0));
        ok(ROOT.setxattr(place.at("f"), "trusted.t", VALUE, 0));
        byte[] value = new byte[16];
        assertEquals(5, ok(ROOT.getxattr(place.at("f"), "user.a", value)));
        assertArrayEquals(VALUE, Arrays.copyOf(value, 5));
        assertEquals(0, ok(ROOT.getxattr(place.at("f"), "user.empty", value)));
        assertEquals(5, ok(ROOT.getxattr(place.at("f"), "user.a", new byte[0])));
        Set<String> names = Set.of(ROOT.listxattr(place.at("f")).get().split("\0"));
        assertEquals(Set.of("user.a", "user.empty", "trusted.t"), names);
    }

    @PosixTest
    void bufferTooSmallFailsWithErange(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.setxattr(place.at("f"), "user.a", VALUE, 0));
        fails(Errno.ERANGE, ROOT.getxattr(place.at("f"), "user.a", new byte[4]));
    }

    @PosixTest
    void createAndReplaceAreHeld(Place place) {
        Files.create(place.at("f"));
        fails(Errno.ENODATA, ROOT.setxattr(place.at("f"), "user.a", VALUE, XATTR_REPLACE));
        ok(ROOT.setxattr(place.at("f"), "user.a", VALUE, XATTR_CREATE));
        fails(Errno.EEXIST, ROOT.setxattr(place.at("f"), "user.a", VALUE, XATTR_CREATE));
        ok(ROOT.setxattr(place.at("f"), "user.a", new byte[2], XATTR_REPLACE));
        assertEquals(2, ok(ROOT.getxattr(place.at("f"), "user.a", new byte[0])));
        fails(Errno.EINVAL, ROOT.setxattr(place.at("f"), "user.a", VALUE, 4));
    }

    @PosixTest
    void missingOnesFailWithEnodata(Place place) {
        Files.create(place.at("f"));
        fails(Errno.ENODATA, ROOT.getxattr(place.at("f"), "user.a", new byte[4]));
        fails(Errno.ENODATA, ROOT.removexattr(place.at("f"), "user.a"));
        assertEquals("", ROOT.listxattr(place.at("f")).get());
        fails(Errno.ENOENT, ROOT.getxattr(place.at("missing"), "user.a", new byte[4]));
        ok(ROOT.setxattr(place.at("f"), "user.a", VALUE, 0));
        ok(ROOT.removexattr(place.at("f"), "user.a"));
        fails(Errno.ENODATA, ROOT.getxattr(place.at("f"), "user.a", new byte[4]));
    }

    @PosixTest
    void namesAreCheckedForLengthAndNamespace(Place place) {
        Files.create(place.at("f"));
        fails(Errno.ERANGE, ROOT.setxattr(place.at("f"), "", VALUE, 0));
        fails(Errno.ERANGE, ROOT.setxattr(place.at("f"), "user." + "n".repeat(251), VALUE, 0));
        ok(ROOT.setxattr(place.at("f"), "user." + "n".repeat(250), VALUE, 0));
        fails(Errno.EOPNOTSUPP, ROOT.setxattr(place.at("f"), "unknown.x", VALUE, 0));
        fails(Errno.EOPNOTSUPP, ROOT.setxattr(place.at("f"), "noprefix", VALUE, 0));
        fails(Errno.E2BIG, ROOT.setxattr(place.at("f"), "user.big", new byte[65_537], 0));
    }

    @PosixTest
    void userAttributesFollowThePermissionsOfTheFile(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.setxattr(place.at("f"), "user.a", VALUE, 0));
        ok(ROOT.chmod(place.at("f"), 0644));
        assertEquals(5, ok(ALICE.getxattr(place.at("f"), "user.a", new byte[8])));
        fails(Errno.EACCES, ALICE.setxattr(place.at("f"), "user.b", VALUE, 0));
        ok(ROOT.chmod(place.at("f"), 0600));
        fails(Errno.EACCES, ALICE.getxattr(place.at("f"), "user.a", new byte[8]));
    }

    @PosixTest
    void trustedAttributesAreForRoot(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.chmod(place.at("f"), 0666));
        ok(ROOT.setxattr(place.at("f"), "trusted.t", VALUE, 0));
        fails(Errno.ENODATA, ALICE.getxattr(place.at("f"), "trusted.t", new byte[8]));
        fails(Errno.EPERM, ALICE.setxattr(place.at("f"), "trusted.u", VALUE, 0));
        assertEquals("trusted.t\0", ROOT.listxattr(place.at("f")).get());
        assertEquals("", ALICE.listxattr(place.at("f")).get());
    }

    @PosixTest
    void userAttributesAreForFilesAndDirectories(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0755));
        ok(ROOT.setxattr(place.at("d"), "user.a", VALUE, 0));
        assertEquals("user.a\0", ROOT.listxattr(place.at("d")).get());
        ok(ROOT.symlink("nowhere", place.at("s")));
        fails(Errno.EPERM, ROOT.lsetxattr(place.at("s"), "user.a", VALUE, 0));
        ok(ROOT.mknod(place.at("p"), S_IFIFO | 0600, 0));
        fails(Errno.EPERM, ROOT.setxattr(place.at("p"), "user.a", VALUE, 0));
    }

    @PosixTest
    void attributesOfADirectoryWithStickyBitAreForItsOwner(Place place) {
        ok(ROOT.mkdir(place.at("d"), 0777));
        ok(ROOT.chmod(place.at("d"), 01777));
        fails(Errno.EPERM, ALICE.setxattr(place.at("d"), "user.a", VALUE, 0));
    }

    @PosixTest
    void attributesGoWithTheInode(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.setxattr(place.at("f"), "user.a", VALUE, 0));
        ok(ROOT.link(place.at("f"), place.at("g")));
        ok(ROOT.rename(place.at("f"), place.at("h")));
        assertEquals(5, ok(ROOT.getxattr(place.at("g"), "user.a", new byte[0])));
        assertEquals(5, ok(ROOT.getxattr(place.at("h"), "user.a", new byte[0])));
        ok(ROOT.unlink(place.at("g")));
        ok(ROOT.unlink(place.at("h")));
        Files.create(place.at("f"));
        fails(Errno.ENODATA, ROOT.getxattr(place.at("f"), "user.a", new byte[0]));
    }
}
