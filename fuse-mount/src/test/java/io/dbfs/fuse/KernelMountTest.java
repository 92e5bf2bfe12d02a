package io.dbfs.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
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
}
