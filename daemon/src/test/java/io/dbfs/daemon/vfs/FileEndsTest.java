package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.daemon.vfs.TestMount.Fd;
import io.dbfs.fuse.FileSystem.Opened;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** A file that is read to its end by one program while others make it longer. */
final class FileEndsTest {
    private static final int PAGE_BYTES = 4096;

    private final RecordingKernel kernel = new RecordingKernel();
    private TestSystem system;
    private TestMount here;
    private TestMount there;

    @BeforeEach
    void start() throws IOException {
        system = new TestSystem();
        here = system.watchingMount();
        there = system.watchingMount();
        here.fileSystem.attach(kernel);
    }

    @AfterEach
    void stop() {
        kernel.dropPages();
        system.close();
    }

    @Test
    void theKernelHearsOfGrowthWhenThePageAtTheOldEndIsGone() {
        Fd reader = readToItsEnd("log");
        kernel.holdPages();

        long start = System.nanoTime();
        append(there, "log", "more");

        soonAfter(start, () -> assertEquals(5, here.stat(reader).sizeBytes()));
        soonAfter(start, () -> assertEquals(5L, here.list().get("log")));
        assertEquals("12345more", text(reader), "a page that is read now has what is there now");
        kernel.notices.clear();
        kernel.dropPages();
        Await.until("the size is told", () -> here.stat(reader).sizeBytes() == 9);
        assertTrue(
                kernel.notices.contains(reader.inode().toString()),
                "the kernel must not go on to believe the smaller size");
        here.close(reader);
    }

    @Test
    void whoOpensTheFileSeesAllOfIt() throws Exception {
        Fd reader = readToItsEnd("log");
        kernel.holdPages();
        append(there, "log", "more");

        CompletableFuture<Long> size = CompletableFuture.supplyAsync(() -> {
            Fd opened = here.open("log", 0);
            long bytes = here.stat(opened).sizeBytes();
            here.close(opened);
            return bytes;
        });
        kernel.dropPages();

        assertEquals(9, size.get(20, TimeUnit.SECONDS));
        here.close(reader);
    }

    @Test
    void anAppendHereDropsThePageBeforeItIsAnswered() {
        Fd reader = readToItsEnd("log");
        kernel.notices.clear();

        Fd writer = here.open("log", TestMount.READ_WRITE | TestMount.APPEND);
        long start = System.nanoTime();
        here.write(writer, 0, bytes("more"));

        soonAfter(start, () -> assertTrue(kernel.notices.contains(reader.inode() + "@0"), kernel.notices::toString));
        assertEquals("12345more", text(reader));
        here.close(writer);
        here.close(reader);
    }

    @Test
    void aWriteIntoTheKernelsPagesLeavesThemAlone() {
        Fd reader = readToItsEnd("log");
        kernel.notices.clear();

        Fd writer = here.open("log", TestMount.READ_WRITE);
        here.write(writer, 5, bytes("more"));

        assertEquals(9, here.stat(reader).sizeBytes());
        assertFalse(kernel.notices.contains(reader.inode() + "@0"), kernel.notices::toString);
        here.close(writer);
        here.close(reader);
    }

    @Test
    void whatIsMadeLongerHereIsToldAtOnce() {
        Fd reader = readToItsEnd("log");
        kernel.holdPages();
        long start = System.nanoTime();
        append(there, "log", "more");
        soonAfter(start, () -> assertEquals(5, here.stat(reader).sizeBytes()));

        Fd writer = here.open("log", TestMount.READ_WRITE);
        here.truncate(writer, 50);
        assertEquals(50, here.stat(writer).sizeBytes());
        here.write(writer, 50, bytes("end"));
        assertEquals(53, here.stat(writer).sizeBytes());
        here.allocate(writer, 0, 0, 100);
        assertEquals(100, here.stat(writer).sizeBytes());
        here.close(writer);
        here.close(reader);
    }

    @Test
    void whatAnotherMountIsWritingIsOpenedPastThePages() {
        Fd reader = readToItsEnd("log");
        assertFalse(open(reader).directIo());

        append(there, "log", "more");

        Await.until("the change is heard of", () -> open(reader).directIo());
        here.close(reader);
    }

    @Test
    void whatAnotherMountHasWrittenIsOpenedPastThePagesAlsoWhenItWasClosedMeanwhile() {
        Fd reader = readToItsEnd("log");
        here.close(reader);
        assertFalse(open(reader).directIo());

        append(there, "log", "more");

        Await.until("the change is heard of", () -> open(reader).directIo());
    }

    @Test
    void whoReadsPagesThatAreGoneIsSentToReadAgainAndNoNoticeMeetsThat() {
        there.put("log", new byte[10 * PAGE_BYTES]);
        Await.until("the file is seen", () -> here.list().containsKey("log"));
        Fd reader = here.open("log", 0);
        assertEquals(PAGE_BYTES, here.read(reader, 0, PAGE_BYTES).length);
        Fd writer = there.open("log", TestMount.READ_WRITE);
        there.truncate(writer, 0);

        Await.until("the kernel is told", () -> kernel.notices.contains(reader.inode() + "@0"));
        TestMount.assertErrno(Errno.EIO, () -> here.read(reader, 0, 8 * PAGE_BYTES));
        assertEquals(0, here.read(reader, 0, PAGE_BYTES).length);
        assertEquals(
                0, here.read(reader, 4 * PAGE_BYTES, PAGE_BYTES).length, "the kernel knows that the file is empty");
        there.close(writer);
        here.close(reader);
    }

    /** As the kernel reads a page: a failure of what was read ahead it keeps to itself, and asks once more. */
    private String text(Fd fd) {
        byte[] page;
        try {
            page = here.read(fd, 0, PAGE_BYTES);
        } catch (FsException e) {
            assertEquals(Errno.EIO, e.errno());
            page = here.read(fd, 0, PAGE_BYTES);
        }
        return new String(page, StandardCharsets.UTF_8);
    }

    /** What holds for as long as the kernel is waited for. */
    private static void soonAfter(long startNanos, Runnable assertion) {
        try {
            assertion.run();
        } catch (AssertionFailedError e) {
            Assumptions.assumeTrue(
                    System.nanoTime() - startNanos < InventedZeros.PATIENCE_NANOS, "this machine was too slow to tell");
            throw e;
        }
    }

    private Opened open(Fd fd) {
        Opened opened = here.fileSystem.open(Caller.ROOT, fd.inode(), 0);
        here.fileSystem.release(fd.inode(), opened.handle());
        return opened;
    }

    /** As the kernel does, by whole pages. */
    private Fd readToItsEnd(String name) {
        there.put(name, bytes("12345"));
        Await.until("the file is seen", () -> here.list().containsKey(name));
        Fd reader = here.open(name, 0);
        assertEquals(5, here.stat(reader).sizeBytes());
        assertEquals(5, here.read(reader, 0, PAGE_BYTES).length);
        return reader;
    }

    private static void append(TestMount mount, String name, String text) {
        Fd writer = mount.open(name, TestMount.READ_WRITE | TestMount.APPEND);
        mount.write(writer, 0, bytes(text));
        mount.close(writer);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
