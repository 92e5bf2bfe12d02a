package io.dbfs.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.Caller;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.FileSystem.RenameMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the path API cannot do comes on top. */
final class KernelMountTest extends MountContract {
    @Override
    Adapter adapter() {
        return Adapter.KERNEL;
    }

    @Test
    void anUnlinkedOpenFileIsStillChanged() throws IOException {
        int descriptor = Posix.open(root.resolve("file"), Posix.O_CREAT | Posix.O_RDWR, 0644);
        Files.delete(root.resolve("file"));
        assertEquals(0, Posix.fstat(descriptor).linkCount());
        assertEquals(0, Posix.fchmod(descriptor, 0600));
        assertEquals(0100600, Posix.fstat(descriptor).mode());
        assertEquals(0, Posix.ftruncate(descriptor, 77));
        assertEquals(77, Posix.fstat(descriptor).sizeBytes());
        try (var entries = Files.list(root)) {
            assertEquals(0, entries.count());
        }
        assertEquals(0, Posix.close(descriptor));
    }

    @Test
    void accessControlListsReachTheFilesystemAndInvalidOnesDoNot() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        byte[] list = {
            2, 0, 0, 0, 1, 0, 6, 0, -1, -1, -1, -1, 2, 0, 7, 0, 5, 0, 0, 0, 4, 0, 4, 0, -1, -1, -1, -1, 16, 0, 7, 0, -1,
            -1, -1, -1, 32, 0, 4, 0, -1, -1, -1, -1
        };
        assertEquals(0, Posix.setxattr(file, "system.posix_acl_access", list));
        byte[] withoutMask = Arrays.copyOf(list, list.length - 16);
        assertEquals(-22, Posix.setxattr(file, "system.posix_acl_access", withoutMask));
    }

    @Test
    void renameFlagsAreHonoured() throws IOException {
        Files.writeString(root.resolve("a"), "a");
        Files.writeString(root.resolve("b"), "b");
        assertEquals(-17, Posix.rename(root.resolve("a"), root.resolve("b"), Posix.RENAME_NOREPLACE));
        assertEquals(0, Posix.rename(root.resolve("a"), root.resolve("b"), Posix.RENAME_EXCHANGE));
        assertEquals("b", Files.readString(root.resolve("a")));
        assertEquals("a", Files.readString(root.resolve("b")));
    }

    @Test
    void namesAreBytes() {
        byte[] prefix = (root + "/").getBytes(UTF_8);
        byte[] path = Arrays.copyOf(prefix, prefix.length + 2);
        path[prefix.length] = (byte) 0xff;
        path[prefix.length + 1] = (byte) 0x80;
        assertEquals(0, Posix.close(Posix.open(path, Posix.O_CREAT | Posix.O_EXCL | Posix.O_RDWR, 0644)));
        assertEquals(-17, Posix.open(path, Posix.O_CREAT | Posix.O_EXCL | Posix.O_RDWR, 0644));
    }

    @Test
    void timesBeforeTheEpochAreKept() throws IOException {
        FileTime time = FileTime.from(Instant.ofEpochSecond(-5));
        Files.setLastModifiedTime(Files.createFile(root.resolve("file")), time);
        assertEquals(time, Files.getLastModifiedTime(root.resolve("file")));
    }

    @Test
    void unmountingForgetsEveryReference() throws IOException {
        Files.createDirectories(root.resolve("a/b"));
        Files.writeString(root.resolve("a/b/file"), "text");
        try (var walk = Files.walk(root)) {
            assertEquals(4, walk.count());
        }
        byte[] data = Files.readAllBytes(root.resolve("a/b/file"));
        assertArrayEquals("text".getBytes(UTF_8), data);
        Files.delete(root.resolve("a/b/file"));
        mount.close();
        assertEquals(3, fileSystem.inodeCount());
    }

    @Test
    void whatChangedElsewhereIsSeenOnceTheKernelIsTold() throws IOException {
        Path file = root.resolve("file");
        Files.writeString(file, "before");
        assertEquals("before", Files.readString(file));
        InodeId inode = new InodeId((Long) Files.getAttribute(file, "unix:ino"));
        Name name = Name.of("file");

        fileSystem.rename(Caller.ROOT, InodeId.ROOT, name, InodeId.ROOT, Name.of("moved"), RenameMode.REPLACE);
        fileSystem.setAttributes(Caller.ROOT, inode, Optional.empty(), AttributeChange.NONE.withSizeBytes(3));
        fileSystem.kernelCache().invalidateEntry(InodeId.ROOT, name);
        fileSystem.kernelCache().invalidateEntry(InodeId.ROOT, Name.of("never known"));
        fileSystem.kernelCache().invalidateInode(inode, 0, 0);

        assertFalse(Files.exists(file));
        assertEquals("bef", Files.readString(root.resolve("moved")));
    }

    @Test
    void aNameThatIsMissingIsAskedForOnceAndSeenOnceTheKernelIsTold() throws IOException {
        Path file = root.resolve("file");
        Name name = Name.of("file");
        assertFalse(Files.exists(file));
        calls.reset();
        for (int i = 0; i < 10; i++) {
            assertFalse(Files.exists(file));
        }
        assertEquals(0, calls.count("lookup"));

        fileSystem.makeNode(Caller.ROOT, InodeId.ROOT, name, 0100644, 0);
        fileSystem.kernelCache().invalidateEntry(InodeId.ROOT, name);
        assertTrue(Files.exists(file));
        Files.delete(file);
        Files.createFile(file);
    }

    @Test
    void attributesThatChangedElsewhereAreSeenOnceTheKernelIsTold() throws IOException {
        Path file = root.resolve("file");
        Files.writeString(file, "before");
        InodeId inode = new InodeId((Long) Files.getAttribute(file, "unix:ino"));
        fileSystem.setAttributes(Caller.ROOT, inode, Optional.empty(), AttributeChange.NONE.withMode(0600));
        fileSystem.kernelCache().invalidateAttributes(inode);
        assertEquals(0100600, Files.getAttribute(file, "unix:mode"));
        fileSystem.kernelCache().invalidateAttributes(new InodeId(4711));
    }

    @Test
    void aUsersWriteTakesSetUserIdAway() throws Exception {
        assumeTrue(Files.getAttribute(temporary, "unix:uid").equals(0), "only root can become another user");
        Path file = Files.writeString(root.resolve("file"), "text");
        Files.setAttribute(file, "unix:mode", 06777);
        Files.setAttribute(root, "unix:mode", 0777);
        Path parent = temporary;
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
        Process writer = new ProcessBuilder(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        "sh",
                        "-c",
                        "echo more >> '" + file + "'")
                .inheritIO()
                .start();
        assertEquals(0, writer.waitFor());
        assertEquals(0777, (Integer) Files.getAttribute(file, "unix:mode") & 07777);
        assertEquals("textmore\n", Files.readString(file));
    }

    @Test
    void chownTakesSetUserIdAwayFromFilesAndLeavesDirectoriesAlone() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        Files.setAttribute(file, "unix:mode", 06755);
        Files.setAttribute(file, "unix:uid", 12);
        assertEquals(0755, (Integer) Files.getAttribute(file, "unix:mode") & 07777);
        Path directory = Files.createDirectory(root.resolve("directory"));
        Files.setAttribute(directory, "unix:mode", 02755);
        Files.setAttribute(directory, "unix:uid", 12);
        assertEquals(02755, (Integer) Files.getAttribute(directory, "unix:mode") & 07777);
    }

    @Test
    void holesAreSoughtInTheFilesystem() {
        int descriptor = Posix.open(root.resolve("file"), Posix.O_CREAT | Posix.O_RDWR, 0644);
        assertEquals(1, Posix.pwrite(descriptor, new byte[1], 100_000));
        assertEquals(98_304, Posix.lseek(descriptor, 0, Posix.SEEK_DATA));
        assertEquals(0, Posix.lseek(descriptor, 0, Posix.SEEK_HOLE));
        assertEquals(0, Posix.close(descriptor));
    }

    @Test
    void whatIsNotSupportedSaysSo() {
        assertEquals(-95, Posix.open(root, Posix.O_TMPFILE | Posix.O_RDWR, 0600));
    }

    @Test
    void whatTheKernelRemembersCostsNoCall() throws IOException {
        Path file = Files.createFile(
                Files.createDirectory(root.resolve("directory")).resolve("file"));
        Files.createSymbolicLink(root.resolve("link"), file);
        Files.size(root.resolve("link"));
        calls.reset();
        for (int i = 0; i < 100; i++) {
            Files.size(file);
            Files.size(root.resolve("link"));
        }
        assertEquals(0, calls.count("lookup") + calls.count("getAttributes") + calls.count("readLink"));
    }

    @Test
    void listingBringsTheFirstAttributesAlong() throws IOException {
        for (int i = 0; i < 500; i++) {
            Files.createFile(root.resolve("a name of some length, number " + i));
            fileSystem.kernelCache().invalidateEntry(InodeId.ROOT, Name.of("a name of some length, number " + i));
        }
        calls.reset();
        try (var entries = Files.list(root)) {
            for (Path entry : entries.toList()) {
                Files.size(entry);
            }
        }
        assertTrue(calls.count("lookup") < 500, "lookups: " + calls.count("lookup"));
    }

    @Test
    void writingAsksForPrivilegesOnce() throws IOException {
        int descriptor = Posix.open(root.resolve("file"), Posix.O_CREAT | Posix.O_RDWR, 0644);
        for (int i = 0; i < 10; i++) {
            assertEquals(1, Posix.pwrite(descriptor, new byte[1], i));
        }
        assertEquals(0, Posix.close(descriptor));
        assertTrue(calls.count("getXattr") <= 1, "getXattr calls: " + calls.count("getXattr"));
    }

    @Test
    void aMebibyteIsOneCall() throws IOException {
        Path file = root.resolve("file");
        Files.createFile(file);
        int descriptor = Posix.open(file, Posix.O_RDWR, 0);
        assertEquals(1 << 20, Posix.pwrite(descriptor, new byte[1 << 20], 0));
        assertEquals(1, calls.count("write"));
        assertEquals(0, Posix.close(descriptor));
    }
}
