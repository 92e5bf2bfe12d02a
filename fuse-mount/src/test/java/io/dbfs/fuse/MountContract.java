package io.dbfs.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What holds on a real mount, whatever the adapter. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class MountContract {
    private static final int SLOW = 12;
    private static final long VALID_NANOS = 100_000_000_000L;

    @TempDir
    Path temporary;

    Path root;
    MemoryFileSystem fileSystem;
    CallCounter calls;
    Mount mount;

    abstract Adapter adapter();

    @BeforeEach
    void mountMemory() throws IOException {
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "no /dev/fuse here: nothing can be mounted");
        root = Files.createDirectory(temporary.resolve("mount point"));
        fileSystem = new MemoryFileSystem(VALID_NANOS, false);
        calls = new CallCounter(fileSystem);
        mount = Mounts.mount(calls.fileSystem(), root, MountOptions.DEFAULTS.withAdapter(adapter()));
    }

    @AfterEach
    void unmount() throws IOException {
        if (mount != null) {
            mount.close();
            assertTrue(MountTable.read().typeAt(root.toRealPath()).isEmpty());
        }
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        byte[] data = new byte[3_000_001];
        new Random(1).nextBytes(data);
        Files.write(root.resolve("file"), data);
        assertArrayEquals(data, Files.readAllBytes(root.resolve("file")));
        assertEquals(data.length, Files.size(root.resolve("file")));
    }

    @Test
    void writesInTheMiddleKeepWhatIsAround() throws IOException {
        Path file = root.resolve("file");
        Files.writeString(file, "0123456789");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap("ab".getBytes(UTF_8)), 4);
        }
        assertEquals("0123ab6789", Files.readString(file));
    }

    @Test
    void appendingGoesToTheEnd() throws IOException {
        Path file = root.resolve("file");
        Files.writeString(file, "one ");
        Files.writeString(file, "two", StandardOpenOption.APPEND);
        assertEquals("one two", Files.readString(file));
    }

    @Test
    void truncationBothWays() throws IOException {
        Path file = root.resolve("file");
        Files.writeString(file, "0123456789");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(4);
        }
        int descriptor = Posix.open(file, Posix.O_RDWR, 0);
        assertEquals(0, Posix.ftruncate(descriptor, 6));
        assertEquals(0, Posix.close(descriptor));
        assertArrayEquals("0123\0\0".getBytes(UTF_8), Files.readAllBytes(file));
        Files.writeString(file, "new");
        assertEquals("new", Files.readString(file));
    }

    @Test
    void missingNamesAreEnoent() {
        assertThrows(NoSuchFileException.class, () -> Files.size(root.resolve("missing")));
        assertThrows(NoSuchFileException.class, () -> Files.delete(root.resolve("a/b")));
    }

    @Test
    void creationOfWhatExistsIsEexist() throws IOException {
        Files.createFile(root.resolve("name"));
        assertThrows(FileAlreadyExistsException.class, () -> Files.createFile(root.resolve("name")));
        assertThrows(FileAlreadyExistsException.class, () -> Files.createDirectory(root.resolve("name")));
    }

    @Test
    void directoriesNestAndListAndGo() throws IOException {
        Path deep = Files.createDirectories(root.resolve("a/b/c"));
        Files.writeString(deep.resolve("leaf"), "leaf");
        assertThrows(DirectoryNotEmptyException.class, () -> Files.delete(deep));
        try (Stream<Path> walk = Files.walk(root)) {
            assertEquals(5, walk.count());
        }
        Files.delete(deep.resolve("leaf"));
        Files.delete(deep);
        assertFalse(Files.exists(deep));
    }

    @Test
    void renameReplacesAndMovesAcrossDirectories() throws IOException {
        Files.createDirectory(root.resolve("directory"));
        Files.writeString(root.resolve("old"), "old");
        Files.writeString(root.resolve("directory/new"), "new");
        Files.move(root.resolve("old"), root.resolve("directory/new"), StandardCopyOption.ATOMIC_MOVE);
        assertFalse(Files.exists(root.resolve("old")));
        assertEquals("old", Files.readString(root.resolve("directory/new")));
        Files.move(root.resolve("directory"), root.resolve("moved"));
        assertEquals("old", Files.readString(root.resolve("moved/new")));
    }

    @Test
    void symlinksAreFollowedAndRead() throws IOException {
        Files.writeString(root.resolve("target"), "text");
        Files.createSymbolicLink(root.resolve("link"), Path.of("target"));
        assertEquals(Path.of("target"), Files.readSymbolicLink(root.resolve("link")));
        assertEquals("text", Files.readString(root.resolve("link")));
        String longTarget = "x".repeat(4000);
        Files.createSymbolicLink(root.resolve("long"), Path.of(longTarget));
        assertEquals(longTarget, Files.readSymbolicLink(root.resolve("long")).toString());
    }

    @Test
    void hardLinksShareOneInode() throws IOException {
        Files.writeString(root.resolve("first"), "text");
        Files.createLink(root.resolve("second"), root.resolve("first"));
        assertEquals(2, Files.getAttribute(root.resolve("first"), "unix:nlink"));
        assertEquals(
                Files.getAttribute(root.resolve("first"), "unix:ino"),
                Files.getAttribute(root.resolve("second"), "unix:ino"));
        Files.writeString(root.resolve("second"), "changed");
        assertEquals("changed", Files.readString(root.resolve("first")));
        Files.delete(root.resolve("first"));
        assertEquals(1, Files.getAttribute(root.resolve("second"), "unix:nlink"));
    }

    @Test
    void anUnlinkedOpenFileIsStillReadAndWritten() throws IOException {
        Path file = root.resolve("file");
        Files.writeString(file, "before");
        int descriptor = Posix.open(file, Posix.O_RDWR, 0);
        Files.delete(file);
        assertFalse(Files.exists(file));
        assertEquals(5, Posix.pwrite(descriptor, "after".getBytes(UTF_8), 6));
        assertEquals("beforeafter", new String(Posix.pread(descriptor, 100, 0), UTF_8));
        assertEquals(11, Posix.fstat(descriptor).sizeBytes());
        assertEquals(0, Posix.close(descriptor));
    }

    @Test
    void modesOwnersAndTimesAreKept() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-x--x"));
        assertEquals("rw-r-x--x", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Files.setAttribute(file, "unix:uid", 12);
        Files.setAttribute(file, "unix:gid", 34);
        assertEquals(12, Files.getAttribute(file, "unix:uid"));
        assertEquals(34, Files.getAttribute(file, "unix:gid"));
        FileTime time = FileTime.from(Instant.ofEpochSecond(1_234_567_890, 123_456_000));
        Files.setLastModifiedTime(file, time);
        assertEquals(time, Files.getLastModifiedTime(file));
    }

    @Test
    void extendedAttributesAreSetReadListedAndRemoved() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        view.write("key", ByteBuffer.wrap("value".getBytes(UTF_8)));
        view.write("empty", ByteBuffer.allocate(0));
        assertEquals(List.of("empty", "key"), view.list());
        ByteBuffer value = ByteBuffer.allocate(view.size("key"));
        view.read("key", value);
        assertEquals("value", new String(value.array(), UTF_8));
        view.delete("key");
        assertEquals(List.of("empty"), view.list());
    }

    @Test
    void directReadsAndWritesGoThrough() throws IOException {
        Path file = root.resolve("file");
        int descriptor = Posix.open(file, Posix.O_CREAT | Posix.O_RDWR | Posix.O_DIRECT, 0644);
        byte[] data = new byte[2 << 20];
        new Random(2).nextBytes(data);
        assertEquals(data.length, Posix.pwrite(descriptor, data, 4096));
        assertArrayEquals(data, Posix.pread(descriptor, data.length, 4096));
        assertEquals(0, Posix.close(descriptor));
        assertEquals(data.length + 4096, Files.size(file));
    }

    @Test
    void mappedFilesAreReadAndWritten() throws Exception {
        Path file = root.resolve("file");
        Files.write(file, new byte[100_000]);
        Process process = MapProgram.start(file);
        assertEquals(0, process.waitFor());
        byte[] expected = new byte[100_000];
        MapProgram.fill(ByteBuffer.wrap(expected));
        assertArrayEquals(expected, Files.readAllBytes(file));
    }

    @Test
    void aLargeDirectoryIsListedOnceEach() throws IOException {
        Path directory = Files.createDirectory(root.resolve("large"));
        int count = 3000;
        for (int i = 0; i < count; i++) {
            Files.createFile(directory.resolve("a name long enough to need many buffers " + i));
        }
        try (Stream<Path> entries = Files.list(directory)) {
            assertEquals(count, entries.map(Path::getFileName).distinct().count());
        }
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                Files.delete(entry);
            }
        }
        Files.delete(directory);
    }

    @Test
    void namesBeyondAsciiAreKept() throws IOException {
        List<String> names = List.of("größe", "имя", "名前", "🗂 folder", "n".repeat(255));
        for (String name : names) {
            Files.writeString(root.resolve(name), name);
        }
        try (Stream<Path> entries = Files.list(root)) {
            assertEquals(
                    names.stream().sorted().toList(),
                    entries.map(path -> path.getFileName().toString()).sorted().toList());
        }
        for (String name : names) {
            assertEquals(name, Files.readString(root.resolve(name)));
        }
    }

    @Test
    void fifosAreMade() throws IOException {
        assertEquals(0, Posix.mkfifo(root.resolve("fifo"), 0640));
        assertTrue(Files.readAttributes(root.resolve("fifo"), "isOther", LinkOption.NOFOLLOW_LINKS)
                .containsValue(true));
    }

    @Test
    void spaceIsReportedInBytes() throws IOException {
        assertEquals(1L << 40, Files.getFileStore(root).getTotalSpace());
        assertEquals(1L << 39, Files.getFileStore(root).getUsableSpace());
    }

    @Test
    void fallocateExtendsAndRefusesWhatTheFilesystemRefuses() throws IOException {
        int descriptor = Posix.open(root.resolve("file"), Posix.O_CREAT | Posix.O_RDWR, 0644);
        assertEquals(0, Posix.fallocate(descriptor, 0, 0, 1 << 20));
        assertEquals(1 << 20, Files.size(root.resolve("file")));
        assertEquals(-95, Posix.fallocate(descriptor, 0x10, 0, 4096));
        assertEquals(0, Posix.close(descriptor));
    }

    @Test
    void syncingFilesAndDirectoriesSucceeds() throws IOException {
        int file = Posix.open(root.resolve("file"), Posix.O_CREAT | Posix.O_RDWR, 0644);
        assertEquals(0, Posix.fsync(file));
        assertEquals(0, Posix.close(file));
        int directory = Posix.open(root, Posix.O_RDONLY, 0);
        assertEquals(0, Posix.fsync(directory));
        assertEquals(0, Posix.syncfs(directory));
        assertEquals(0, Posix.close(directory));
    }

    @Test
    void manyThreadsWorkAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Void>> tasks = new ArrayList<>();
            IntStream.range(0, 8).forEach(i -> tasks.add(() -> workIn(root.resolve("thread-" + i))));
            for (Future<Void> done : threads.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void slowRequestsDoNotHoldUpOthers() throws Exception {
        for (int i = 0; i < SLOW; i++) {
            Files.createDirectory(root.resolve("parent-" + i));
            Files.createDirectory(root.resolve("quick-" + i));
        }
        CountDownLatch gate = new CountDownLatch(1);
        calls.hold("makeDirectory", gate);
        ExecutorService threads = Executors.newFixedThreadPool(SLOW);
        try {
            List<Future<Path>> slow = IntStream.range(0, SLOW)
                    .mapToObj(i -> threads.submit(() -> Files.createDirectory(root.resolve("parent-" + i + "/slow"))))
                    .toList();
            for (int i = 0; i < SLOW; i++) {
                Files.writeString(root.resolve("quick-" + i + "/file"), "quick");
                assertEquals("quick", Files.readString(root.resolve("quick-" + i + "/file")));
            }
            gate.countDown();
            for (Future<Path> done : slow) {
                assertTrue(Files.isDirectory(done.get()));
            }
        } finally {
            gate.countDown();
            threads.shutdown();
        }
    }

    private static Void workIn(Path directory) throws IOException {
        Files.createDirectory(directory);
        for (int i = 0; i < 50; i++) {
            Path file = directory.resolve("file-" + i);
            Files.writeString(file, "text " + i);
            Files.move(file, directory.resolve("moved-" + i));
            assertEquals("text " + i, Files.readString(directory.resolve("moved-" + i)));
        }
        return null;
    }

    @Test
    void aFaultOfTheProgramIsEioAndServingGoesOn() throws IOException {
        Files.createFile(root.resolve("file"));
        fileSystem.failNextCreate(new IllegalStateException("planted"));
        FileSystemException failure =
                assertThrows(FileSystemException.class, () -> Files.createFile(root.resolve("other")));
        assertEquals("Input/output error", failure.getReason());
        Files.createFile(root.resolve("other"));
    }

    @Test
    void closingAMountInUseTakesItAway() throws IOException {
        int descriptor = Posix.open(root.resolve("file"), Posix.O_CREAT | Posix.O_RDWR, 0644);
        mount.close();
        assertTrue(MountTable.read().typeAt(root.toRealPath()).isEmpty());
        Posix.close(descriptor);
    }

    @Test
    void afterUnmountingNothingStaysOpenOrReferenced() throws IOException {
        for (int i = 0; i < 100; i++) {
            Files.writeString(root.resolve("file-" + i), "text");
        }
        try (Stream<Path> entries = Files.list(root)) {
            assertEquals(100, entries.filter(Files::isRegularFile).count());
        }
        for (int i = 0; i < 50; i++) {
            Files.delete(root.resolve("file-" + i));
        }
        mount.close();
        assertEquals(0, fileSystem.openHandles());
    }
}
