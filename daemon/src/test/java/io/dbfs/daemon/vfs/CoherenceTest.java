package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.ClusterId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.vfs.TestMount.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two mounts of one system: what one has in its caches costs nothing, and what the other changes is seen. */
final class CoherenceTest {
    private TestSystem system;
    private TestMount here;
    private TestMount there;

    @BeforeEach
    void start() throws IOException {
        system = new TestSystem();
        here = system.watchingMount();
        there = system.watchingMount();
    }

    @AfterEach
    void stop() {
        system.close();
    }

    @Test
    void whatNobodyChangedIsAskedOnce() {
        there.put("file", bytes("contents"));
        Runnable look = () -> {
            assertEquals(8, here.stat("file").sizeBytes());
            assertArrayEquals(bytes("contents"), here.get("file"));
            assertTrue(here.list().containsKey("file"));
            TestMount.assertErrno(Errno.ENOENT, () -> here.stat("missing"));
        };
        look.run();
        // The news of the new file may still be on its way, and what is known of its directory is dropped when it
        // comes.
        Await.until("nothing is asked twice", () -> here.calls(look).isEmpty());
        assertEquals(Map.of(), here.calls(look));
    }

    @Test
    void createIsSeenWhereTheNameWasKnownToBeMissing() {
        TestMount.assertErrno(Errno.ENOENT, () -> here.stat("new"));
        assertFalse(here.list().containsKey("new"));
        there.put("new", bytes("x"));
        Await.until("the new name is seen", () -> exists(here, "new"));
        assertTrue(here.list().containsKey("new"));
    }

    @Test
    void whoKnowsAllNamesOfADirectoryIsToldOfANewOneBeforeItsMakerGoesOn() {
        List<BiConsumer<TestMount, String>> makers = List.of(
                (mount, name) -> mount.close(mount.create(name)),
                (mount, name) -> mount.rename("before", name),
                (mount, name) -> mount.link("linked", name));
        there.put("linked", bytes("x"));
        for (int i = 0; i < 6; i++) {
            there.put("before", bytes("x"));
            knowAllNames(here, "round-" + i);
            String name = "new-" + i;
            makers.get(i % makers.size()).accept(there, name);
            assertTrue(exists(here, name), name);
        }
    }

    /** Looks for names that are not there until that costs nothing. */
    private static void knowAllNames(TestMount mount, String prefix) {
        AtomicInteger names = new AtomicInteger();
        Await.until(
                "no name is asked for",
                () -> mount.calls(() -> assertFalse(exists(mount, prefix + "-" + names.incrementAndGet())))
                        .isEmpty());
    }

    @Test
    void renameAndUnlinkAreSeen() {
        there.put("old", bytes("x"));
        InodeId inode = here.inode("old");
        TestMount.assertErrno(Errno.ENOENT, () -> here.stat("renamed"));
        there.rename("old", "renamed");
        Await.until("the old name is gone", () -> !exists(here, "old"));
        assertEquals(inode, here.inode("renamed"));
        there.unlink("renamed");
        Await.until("the new name is gone", () -> !exists(here, "renamed"));
    }

    @Test
    void aMountsOwnChangesShowInItsListings() {
        here.put("a", bytes("x"));
        assertTrue(here.list().containsKey("a"));
        here.rename("a", "b");
        assertFalse(here.list().containsKey("a"));
        assertTrue(here.list().containsKey("b"));
        here.unlink("b");
        assertFalse(here.list().containsKey("b"));
        TestMount.assertErrno(Errno.ENOENT, () -> here.stat("b"));
    }

    @Test
    void modeAndSizeAreSeen() {
        Fd fd = there.create("file");
        assertEquals(0644, here.stat("file").mode());
        there.change(fd, AttributeChange.NONE.withMode(0600));
        Await.until("the mode is seen", () -> here.stat("file").mode() == 0600);
        assertEquals(0, here.stat("file").sizeBytes());
        there.truncate(fd, 4711);
        // The writer was answered when this mount had taken the news in.
        assertEquals(4711, here.stat("file").sizeBytes());
        there.close(fd);
    }

    @Test
    void aNewFileWrittenElsewhereIsSeenByItsMaker() {
        Fd fd = here.create("file");
        Fd other = there.open("file", TestMount.READ_WRITE);
        there.write(other, 0, bytes("written elsewhere"));
        there.close(other);
        Await.until("the size is seen", () -> here.stat("file").sizeBytes() == 17);
        assertEquals("written elsewhere", here.text(fd));
        here.close(fd);
    }

    /** As the kernel reads where it keeps no pages: without a question for the size. */
    @Test
    void aNewFileWrittenElsewhereIsReadByItsMakerWhoDoesNotAsk() {
        Fd fd = here.create("file");
        there.put("file", bytes("written elsewhere"));
        Await.until("the bytes are read", () -> here.text(fd).equals("written elsewhere"));
        here.close(fd);
    }

    @Test
    void whatIsClosedIsOpenedElsewhereAtOnce() {
        there.put("file", bytes("0"));
        for (int i = 0; i < 100; i++) {
            TestMount writer = i % 2 == 0 ? here : there;
            TestMount reader = i % 2 == 0 ? there : here;
            reader.get("file");
            Fd fd = writer.open("file", TestMount.READ_WRITE);
            byte[] text = bytes("version " + i);
            writer.write(fd, 0, text);
            writer.truncate(fd, text.length);
            writer.close(fd);
            assertArrayEquals(text, reader.get("file"));
        }
    }

    @Test
    void anOpenFileShowsWhatWasCommittedElsewhere() {
        there.put("file", bytes("before"));
        Fd open = here.open("file", 0);
        assertEquals("before", here.text(open));
        Fd writer = there.open("file", TestMount.READ_WRITE);
        there.write(writer, 0, bytes("after!"));
        there.close(writer);
        assertEquals("after!", here.text(open));
        here.close(open);
    }

    @Test
    void theKernelIsToldWhatOthersChangedAndNotWhatItDidItself() {
        there.put("file", bytes("x"));
        InodeId inode = here.inode("file");
        here.get("file");
        RecordingKernel kernel = new RecordingKernel();
        here.fileSystem.attach(kernel);
        List<String> notices = kernel.notices;
        here.put("own", bytes("y"));
        Fd fd = there.open("file", TestMount.READ_WRITE);
        there.write(fd, 0, bytes("z"));
        there.close(fd);
        assertTrue(notices.contains(inode.toString()), "attributes are dropped before the writer goes on");
        Await.until("the pages are dropped", () -> notices.contains(inode + "@0"));
        there.rename("file", "renamed");
        Await.until("the names are dropped", () -> notices.containsAll(List.of("#1/file", "#1/renamed", "#1")));
        assertFalse(notices.contains("#1/own"), notices::toString);
    }

    /** Some checks of the kernel's go by the owner that it knows, without asking (fs/namei.c, may_linkat and check_sticky). */
    @Test
    void theKernelLooksAgainAtWhatHasANewOwner() {
        there.put("file", bytes("x"));
        InodeId inode = here.inode("file");
        RecordingKernel kernel = new RecordingKernel();
        here.fileSystem.attach(kernel);
        Fd fd = there.open("file", 0);
        there.change(fd, AttributeChange.NONE.withMode(0600));
        Await.until("the name is looked up again", () -> kernel.notices.contains("#1/file?"));
        assertTrue(kernel.notices.indexOf(inode.toString()) < kernel.notices.indexOf("#1/file?"));
        there.close(fd);
    }

    @Test
    void aSilentStreamVouchesForNothing() {
        SilentStreams silence = new SilentStreams();
        TestMount cut = system.watchingMount(silence);
        there.put("file", bytes("x"));
        assertEquals(1, cut.stat("file").sizeBytes());
        silence.begin();
        Fd fd = there.open("file", TestMount.READ_WRITE);
        there.truncate(fd, 3);
        // The writer waited until the lease of the mount that does not answer had run out.
        assertEquals(3, cut.stat("file").sizeBytes());
        there.change(fd, AttributeChange.NONE.withMode(0600));
        assertEquals(0600, cut.stat("file").mode());
        there.close(fd);
        silence.end();
        Await.until(
                "the streams are opened anew",
                () -> cut.fileSystem.validity().names().isAlive()
                        && cut.fileSystem.validity().contents(new ClusterId(1)).isAlive());
        assertEquals(3, cut.stat("file").sizeBytes());
        assertEquals(Map.of(), cut.calls(() -> cut.stat("file")));
    }

    private static boolean exists(TestMount mount, String name) {
        try {
            mount.stat(name);
            return true;
        } catch (FsException e) {
            assertEquals(Errno.ENOENT, e.errno());
            return false;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
