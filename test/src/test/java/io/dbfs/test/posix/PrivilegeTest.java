package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.fails;
import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ALICE;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.O_APPEND;
import static io.dbfs.test.posix.libc.Constants.O_RDONLY;
import static io.dbfs.test.posix.libc.Constants.O_RDWR;
import static io.dbfs.test.posix.libc.Constants.O_TRUNC;
import static io.dbfs.test.posix.libc.Constants.O_WRONLY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.Errno;
import io.dbfs.test.posix.libc.LibC;
import java.util.List;
import java.util.Map;

/** What a program may do for having been installed so goes when its file changes: set-user-id, set-group-id, capabilities. */
final class PrivilegeTest {
    private static final int ALICE_ID = 10_001;
    private static final int ALICE_GROUP = 20_001;
    private static final String CAPABILITY = "security.capability";
    /** {@code struct vfs_cap_data}, version 2: effective, cap_chown permitted. */
    private static final byte[] CHOWN = {1, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    /** Changes a file in one way. */
    private interface Change {
        void by(LibC user, String path);
    }

    private static void write(LibC user, String path, int flags) {
        int descriptor = ok(user.open(path, flags));
        ok(user.write(descriptor, new byte[1]));
        ok(user.close(descriptor));
    }

    private static final Map<String, Change> CHANGES = Map.of(
            "write", (user, path) -> write(user, path, O_WRONLY),
            "append", (user, path) -> write(user, path, O_WRONLY | O_APPEND),
            "truncate", (user, path) -> ok(user.truncate(path, 1)),
            "open to truncate", (user, path) -> ok(user.close(ok(user.open(path, O_WRONLY | O_TRUNC)))),
            "fallocate",
                    (user, path) -> {
                        int descriptor = ok(user.open(path, O_RDWR));
                        ok(user.fallocate(descriptor, 0, 0, 10_000));
                        ok(user.close(descriptor));
                    },
            "copy_file_range",
                    (user, path) -> {
                        int descriptor = ok(user.open(path, O_RDWR));
                        Files.write(path + ".source", "abc");
                        int source = ok(user.open(path + ".source", O_RDONLY));
                        ok(user.copyFileRange(source, 0, descriptor, 0, 3));
                        ok(user.close(source));
                        ok(user.close(descriptor));
                    });

    @PosixTest
    void everyChangeTakesCapabilitiesAway(Place place) {
        for (LibC user : List.of(ROOT, ALICE)) {
            CHANGES.forEach((what, change) -> {
                Files.write(place.at("f"), "abc");
                ok(ROOT.chmod(place.at("f"), 0777));
                ok(ROOT.setxattr(place.at("f"), CAPABILITY, CHOWN, 0));
                change.by(user, place.at("f"));
                assertEquals(-Errno.ENODATA.code(), ROOT.getxattr(place.at("f"), CAPABILITY, new byte[0]), what);
                ok(ROOT.unlink(place.at("f")));
            });
        }
    }

    @PosixTest
    void aNewOwnerTakesCapabilitiesAway(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.setxattr(place.at("f"), CAPABILITY, CHOWN, 0));
        ok(ROOT.lchown(place.at("f"), ALICE_ID, -1));
        fails(Errno.ENODATA, ROOT.getxattr(place.at("f"), CAPABILITY, new byte[0]));
    }

    @PosixTest
    void readingAndChmodLeaveCapabilities(Place place) {
        Files.write(place.at("f"), "abc");
        ok(ROOT.setxattr(place.at("f"), CAPABILITY, CHOWN, 0));
        assertEquals("abc", Files.read(place.at("f")));
        ok(ROOT.chmod(place.at("f"), 0700));
        assertEquals(CHOWN.length, ok(ROOT.getxattr(place.at("f"), CAPABILITY, new byte[0])));
    }

    @PosixTest
    void everyChangeByAUserClearsSetUidAndSetGid(Place place) {
        place.needs(PathApiLimit.APPEND_PRIVILEGES);
        CHANGES.forEach((what, change) -> {
            Files.write(place.at("f"), "abc");
            ok(ROOT.chmod(place.at("f"), 06777));
            change.by(ALICE, place.at("f"));
            assertEquals(0777, ROOT.stat(place.at("f")).get().permissions(), what);
            ok(ROOT.unlink(place.at("f")));
        });
    }

    @PosixTest
    void everyChangeByRootLeavesSetUidAndSetGid(Place place) {
        CHANGES.forEach((what, change) -> {
            Files.write(place.at("f"), "abc");
            ok(ROOT.chmod(place.at("f"), 06777));
            change.by(ROOT, place.at("f"));
            assertEquals(06777, ROOT.stat(place.at("f")).get().permissions(), what);
            ok(ROOT.unlink(place.at("f")));
        });
    }

    @PosixTest
    void withoutGroupExecutionSetGidStaysForMembersOfTheGroup(Place place) {
        place.needs(PathApiLimit.APPEND_PRIVILEGES);
        CHANGES.forEach((what, change) -> {
            Files.write(place.at("f"), "abc");
            ok(ROOT.lchown(place.at("f"), 0, ALICE_GROUP));
            ok(ROOT.chmod(place.at("f"), 06767));
            change.by(ALICE, place.at("f"));
            assertEquals(02767, ROOT.stat(place.at("f")).get().permissions(), what);
            ok(ROOT.unlink(place.at("f")));
        });
    }

    @PosixTest
    void withoutGroupExecutionSetGidGoesWithTheChangesOfOthers(Place place) {
        place.needs(PathApiLimit.APPEND_PRIVILEGES);
        CHANGES.forEach((what, change) -> {
            Files.write(place.at("f"), "abc");
            ok(ROOT.chmod(place.at("f"), 06767));
            change.by(ALICE, place.at("f"));
            assertEquals(0767, ROOT.stat(place.at("f")).get().permissions(), what);
            ok(ROOT.unlink(place.at("f")));
        });
    }

    @PosixTest
    void chownToNobodyElseClearsAsWell(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.lchown(place.at("f"), ALICE_ID, ALICE_GROUP));
        ok(ROOT.chmod(place.at("f"), 06777));
        ok(ALICE.lchown(place.at("f"), -1, -1));
        assertEquals(0777, ROOT.stat(place.at("f")).get().permissions());
    }

    @PosixTest
    void chownWithoutGroupExecutionLeavesSetGid(Place place) {
        Files.create(place.at("f"));
        ok(ROOT.chmod(place.at("f"), 06767));
        ok(ROOT.lchown(place.at("f"), ALICE_ID, ALICE_GROUP));
        assertEquals(02767, ROOT.stat(place.at("f")).get().permissions());
        ok(ROOT.chmod(place.at("f"), 06767));
        ok(ALICE.lchown(place.at("f"), -1, ALICE_GROUP));
        assertEquals(02767, ROOT.stat(place.at("f")).get().permissions());
    }
}
