package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.fails;
import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.O_CREAT;
import static io.dbfs.test.posix.libc.Constants.O_RDONLY;
import static io.dbfs.test.posix.libc.Constants.O_RDWR;
import static io.dbfs.test.posix.libc.Constants.S_IFIFO;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.Errno;
import io.dbfs.test.posix.libc.Mapping;
import io.dbfs.test.posix.libc.Stat;

/** A file that is open stays usable after its last name is gone. */
final class UnlinkedTest {
    @PosixTest
    void contentsStayReadableAndWritable(Place place) {
        Files.write(place.at("f"), "abc");
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR));
        ok(ROOT.unlink(place.at("f")));
        fails(Errno.ENOENT, ROOT.open(place.at("f"), O_RDONLY));
        assertEquals("abc", Files.read(descriptor));
        ok(ROOT.pwrite(descriptor, Files.bytes("def"), 3));
        assertEquals("abcdef", Files.read(descriptor));
        ok(ROOT.fsync(descriptor));
        assertEquals("abcdef", Files.read(descriptor));
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void ftruncateWorksBothWays(Place place) {
        int descriptor = unlinked(place, "abcdef");
        ok(ROOT.ftruncate(descriptor, 2));
        assertEquals("ab", Files.read(descriptor));
        ok(ROOT.ftruncate(descriptor, 4));
        assertEquals("ab\0\0", Files.read(descriptor));
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void attributesCanBeReadAndChanged(Place place) {
        place.needs(PathApiLimit.UNLINKED);
        int descriptor = unlinked(place, "abcdef");
        Stat stat = ROOT.fstat(descriptor).get();
        assertEquals(0, stat.links());
        assertEquals(6, stat.size());
        ok(ROOT.fchmod(descriptor, 0604));
        ok(ROOT.fchown(descriptor, 10_001, 20_001));
        ok(ROOT.futimens(descriptor, 5, 6));
        Stat changed = ROOT.fstat(descriptor).get();
        assertEquals(0604, changed.permissions());
        assertEquals(10_001, changed.uid());
        assertEquals(20_001, changed.gid());
        assertEquals(5, changed.atime());
        assertEquals(6, changed.mtime());
        assertEquals(stat.inode(), changed.inode());
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void extendedAttributesStay(Place place) {
        place.needs(PathApiLimit.UNLINKED);
        Files.create(place.at("f"));
        ok(ROOT.setxattr(place.at("f"), "user.x", Files.bytes("v"), 0));
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR));
        ok(ROOT.unlink(place.at("f")));
        byte[] value = new byte[8];
        assertEquals(1, ok(ROOT.fgetxattr(descriptor, "user.x", value)));
        ok(ROOT.fsetxattr(descriptor, "user.x", Files.bytes("vw"), 0));
        assertEquals(2, ok(ROOT.fgetxattr(descriptor, "user.x", value)));
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void aFileThatWasRenamedOverStaysUsable(Place place) {
        Files.write(place.at("a"), "new");
        Files.write(place.at("b"), "old");
        int descriptor = ok(ROOT.open(place.at("b"), O_RDWR));
        ok(ROOT.rename(place.at("a"), place.at("b")));
        assertEquals("old", Files.read(descriptor));
        ok(ROOT.pwrite(descriptor, Files.bytes("OLD"), 0));
        assertEquals("OLD", Files.read(descriptor));
        assertEquals("new", Files.read(place.at("b")));
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void aFileMadeAnewUnderTheNameIsAnother(Place place) {
        int descriptor = unlinked(place, "old");
        Files.write(place.at("f"), "new");
        assertEquals("old", Files.read(descriptor));
        assertEquals("new", Files.read(place.at("f")));
        ok(ROOT.close(descriptor));
        assertEquals("new", Files.read(place.at("f")));
    }

    @PosixTest
    void manyDescriptorsOutliveTheName(Place place) {
        Files.write(place.at("f"), "abc");
        int first = ok(ROOT.open(place.at("f"), O_RDWR));
        int second = ok(ROOT.open(place.at("f"), O_RDONLY));
        int third = ok(ROOT.dup(second));
        ok(ROOT.unlink(place.at("f")));
        ok(ROOT.pwrite(first, Files.bytes("xyz"), 0));
        ok(ROOT.close(first));
        assertEquals("xyz", Files.read(second));
        ok(ROOT.close(second));
        assertEquals("xyz", Files.read(third));
        ok(ROOT.close(third));
    }

    @PosixTest
    void aMappingOutlivesNameAndDescriptor(Place place) {
        int descriptor = unlinked(place, "abcdef");
        try (Mapping mapping = ROOT.map(descriptor, 6, true).get()) {
            mapping.put(0, Files.bytes("xyz"));
            ok(mapping.sync());
            assertEquals("xyzdef", Files.read(descriptor));
            ok(ROOT.close(descriptor));
            assertArrayEquals(Files.bytes("xyzdef"), mapping.get(0, 6));
        }
    }

    @PosixTest
    void aPipeThatIsOpenKeepsItsAttributes(Place place) {
        place.needs(PathApiLimit.UNLINKED);
        ok(ROOT.mknod(place.at("p"), S_IFIFO | 0600, 0));
        int descriptor = ok(ROOT.open(place.at("p"), O_RDWR));
        ok(ROOT.unlink(place.at("p")));
        ok(ROOT.fchmod(descriptor, 0640));
        Stat stat = ROOT.fstat(descriptor).get();
        assertEquals(S_IFIFO | 0640, stat.mode());
        assertEquals(0, stat.links());
        ok(ROOT.close(descriptor));
    }

    private static int unlinked(Place place, String content) {
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR | O_CREAT, 0644));
        ok(ROOT.write(descriptor, Files.bytes(content)));
        ok(ROOT.unlink(place.at("f")));
        return descriptor;
    }
}
