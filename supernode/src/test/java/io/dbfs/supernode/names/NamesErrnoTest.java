package io.dbfs.supernode.names;

import static io.dbfs.supernode.names.NamesFixture.HOME;
import static io.dbfs.supernode.names.NamesFixture.ROOT;
import static io.dbfs.supernode.names.NamesFixture.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.RemoveXattrOperation;
import io.dbfs.proto.SetIdentityOperation;
import io.dbfs.proto.SetXattrOperation;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One row for each way an operation fails. The tree: /dir/inner/file, /empty, /file, /link. */
class NamesErrnoTest {
    private static final String LONG_NAME = "n".repeat(256);
    private static final long NOWHERE = 999;

    private record Tree(NamesFixture names, long dir, long inner, long file, long link) {}

    private record Case(String what, Errno expected, Function<Tree, NameOutcome> operation) {
        @Override
        public String toString() {
            return what + " fails with " + expected;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(createCases(), removeCases(), renameCases(), linkCases(), attributeCases())
                .flatMap(List::stream);
    }

    private static List<Case> createCases() {
        return List.of(
                new Case("create of a name that is taken", Errno.EEXIST, t -> create(t, ROOT, "file")),
                new Case("create in a file", Errno.ENOTDIR, t -> create(t, t.file, "x")),
                new Case("create nowhere", Errno.ENOENT, t -> create(t, NOWHERE, "x")),
                new Case("create without a name", Errno.ENOENT, t -> create(t, ROOT, "")),
                new Case("create of a name of 256 bytes", Errno.ENAMETOOLONG, t -> create(t, ROOT, LONG_NAME)),
                new Case("create of a name with a slash", Errno.EINVAL, t -> create(t, ROOT, "a/b")),
                new Case("create of dot", Errno.EINVAL, t -> create(t, ROOT, ".")),
                new Case(
                        "create of no type",
                        Errno.EINVAL,
                        t -> t.names.create(ROOT, "x", InodeType.INODE_TYPE_UNSPECIFIED, 0)),
                new Case(
                        "open with O_CREAT of a directory",
                        Errno.EEXIST,
                        t -> t.names.create(ROOT, "dir", InodeType.REGULAR, 0644, false)),
                new Case(
                        "mkdir of a name that is taken",
                        Errno.EEXIST,
                        t -> t.names.create(ROOT, "dir", InodeType.DIRECTORY, 0755)),
                new Case("symlink to nothing", Errno.ENOENT, t -> t.names.symlink(ROOT, "x", "")),
                new Case(
                        "symlink of 4096 bytes",
                        Errno.ENAMETOOLONG,
                        t -> t.names.symlink(ROOT, "x", "t".repeat(4096))));
    }

    private static NameOutcome create(Tree tree, long parent, String name) {
        return tree.names.create(parent, name, InodeType.REGULAR, 0644);
    }

    private static List<Case> removeCases() {
        return List.of(
                new Case("unlink of nothing", Errno.ENOENT, t -> t.names.unlink(ROOT, "x")),
                new Case("unlink of a directory", Errno.EISDIR, t -> t.names.unlink(ROOT, "dir")),
                new Case("unlink in a file", Errno.ENOTDIR, t -> t.names.unlink(t.file, "x")),
                new Case("rmdir of nothing", Errno.ENOENT, t -> t.names.removeDirectory(ROOT, "x")),
                new Case("rmdir of a file", Errno.ENOTDIR, t -> t.names.removeDirectory(ROOT, "file")),
                new Case("rmdir of a full directory", Errno.ENOTEMPTY, t -> t.names.removeDirectory(ROOT, "dir")));
    }

    private static List<Case> renameCases() {
        return List.of(
                new Case("rename of nothing", Errno.ENOENT, t -> t.names.rename(ROOT, "x", ROOT, "y")),
                new Case("rename into a file", Errno.ENOTDIR, t -> t.names.rename(ROOT, "file", t.file, "y")),
                new Case(
                        "rename of a directory into itself",
                        Errno.EINVAL,
                        t -> t.names.rename(ROOT, "dir", t.dir, "x")),
                new Case(
                        "rename of a directory below itself",
                        Errno.EINVAL,
                        t -> t.names.rename(ROOT, "dir", t.inner, "x")),
                new Case("rename onto an ancestor", Errno.ENOTEMPTY, t -> t.names.rename(t.inner, "file", ROOT, "dir")),
                new Case(
                        "rename of a directory onto a file",
                        Errno.ENOTDIR,
                        t -> t.names.rename(ROOT, "dir", ROOT, "file")),
                new Case(
                        "rename of a file onto a directory",
                        Errno.EISDIR,
                        t -> t.names.rename(ROOT, "file", ROOT, "empty")),
                new Case(
                        "rename of a directory onto a full one",
                        Errno.ENOTEMPTY,
                        t -> t.names.rename(ROOT, "empty", ROOT, "dir")),
                new Case(
                        "rename to a long name",
                        Errno.ENAMETOOLONG,
                        t -> t.names.rename(ROOT, "file", ROOT, LONG_NAME)),
                new Case(
                        "RENAME_NOREPLACE onto a file",
                        Errno.EEXIST,
                        t -> t.names.rename(ROOT, "dir", ROOT, "file", true, false)),
                new Case(
                        "RENAME_EXCHANGE with nothing",
                        Errno.ENOENT,
                        t -> t.names.rename(ROOT, "file", ROOT, "x", false, true)),
                new Case(
                        "RENAME_EXCHANGE with an ancestor",
                        Errno.EINVAL,
                        t -> t.names.rename(t.inner, "file", ROOT, "dir", false, true)),
                new Case(
                        "both rename flags",
                        Errno.EINVAL,
                        t -> t.names.rename(ROOT, "file", ROOT, "link", true, true)));
    }

    private static List<Case> linkCases() {
        return List.of(
                new Case("link to a directory", Errno.EPERM, t -> t.names.link(t.dir, ROOT, "x")),
                new Case("link to nothing", Errno.ENOENT, t -> t.names.link(NOWHERE, ROOT, "x")),
                new Case("link at a name that is taken", Errno.EEXIST, t -> t.names.link(t.file, ROOT, "dir")),
                new Case("link in a file", Errno.ENOTDIR, t -> t.names.link(t.file, t.file, "x")));
    }

    private static List<Case> attributeCases() {
        return List.of(
                new Case(
                        "chmod of a symlink",
                        Errno.EOPNOTSUPP,
                        t -> t.names.run(NameOperation.newBuilder()
                                .setSetIdentity(SetIdentityOperation.newBuilder()
                                        .setInode(t.link)
                                        .setMode(0)))),
                new Case(
                        "chmod of nothing",
                        Errno.ENOENT,
                        t -> t.names.run(NameOperation.newBuilder()
                                .setSetIdentity(SetIdentityOperation.newBuilder()
                                        .setInode(NOWHERE)
                                        .setMode(0)))),
                new Case("xattr without a name", Errno.ERANGE, t -> setXattr(t, "", new byte[0], false, false)),
                new Case(
                        "xattr of 256 bytes of name",
                        Errno.ERANGE,
                        t -> setXattr(t, LONG_NAME, new byte[0], false, false)),
                new Case(
                        "xattr of more than 64 KiB",
                        Errno.E2BIG,
                        t -> setXattr(t, "user.x", new byte[65537], false, false)),
                new Case(
                        "XATTR_REPLACE of nothing",
                        Errno.ENODATA,
                        t -> setXattr(t, "user.x", new byte[1], false, true)),
                new Case("XATTR_CREATE of one that is there", Errno.EEXIST, t -> {
                    setXattr(t, "user.x", new byte[1], false, false);
                    return setXattr(t, "user.x", new byte[1], true, false);
                }),
                new Case("a fifth xattr of 64 KiB", Errno.ENOSPC, t -> {
                    for (int i = 0; i < 4; i++) {
                        setXattr(t, "user." + i, new byte[65536], false, false);
                    }
                    return setXattr(t, "user.4", new byte[65536], false, false);
                }),
                new Case(
                        "removexattr of nothing",
                        Errno.ENODATA,
                        t -> t.names.run(NameOperation.newBuilder()
                                .setRemoveXattr(RemoveXattrOperation.newBuilder()
                                        .setInode(t.file)
                                        .setName(bytes("user.x"))))),
                new Case("no operation at all", Errno.ENOSYS, t -> t.names.run(NameOperation.newBuilder())));
    }

    private static NameOutcome setXattr(Tree tree, String name, byte[] value, boolean create, boolean replace) {
        return tree.names.run(NameOperation.newBuilder()
                .setSetXattr(SetXattrOperation.newBuilder()
                        .setInode(tree.file)
                        .setName(bytes(name))
                        .setValue(ByteString.copyFrom(value))
                        .setMustCreate(create)
                        .setMustReplace(replace)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void failsAndChangesNothing(Case failing) {
        try (NamesFixture names = new NamesFixture()) {
            long dir = names.directory(ROOT, "dir");
            long inner = names.directory(dir, "inner");
            names.file(inner, "file");
            names.directory(ROOT, "empty");
            long file = names.file(ROOT, "file");
            long link = names.symlink(ROOT, "link", "file").getInode().getId();
            NameOutcome outcome = failing.operation.apply(new Tree(names, dir, inner, file, link));
            assertEquals(Optional.of(failing.expected), NamesFixture.errno(outcome), outcome.toString());
            long entries = names.inode(ROOT).getSize();
            assertEquals(4, entries);
        }
    }

    @Test
    void linkBeyondTheLimitFailsWithEmlink() {
        try (NamesFixture names = new NamesFixture()) {
            long file = names.file(ROOT, "file");
            for (int i = 1; i < Limits.LINKS_MAX; i++) {
                names.link(file, ROOT, "l" + i);
            }
            assertEquals(Limits.LINKS_MAX, names.inode(file).getLinkCount());
            assertEquals(Optional.of(Errno.EMLINK), NamesFixture.errno(names.link(file, ROOT, "one-more")));
        }
    }

    @Test
    void anExistingFileIsOpenedByANonExclusiveCreate() {
        try (NamesFixture names = new NamesFixture()) {
            long file = names.file(ROOT, "file");
            NameOutcome opened = names.create(ROOT, "file", InodeType.REGULAR, 0600, false);
            assertEquals(file, opened.getInode().getId());
            assertEquals(false, opened.getCreated());
            assertEquals(0644, opened.getInode().getMode());
            assertEquals(HOME, opened.getInode().getHomeCluster());
        }
    }
}
