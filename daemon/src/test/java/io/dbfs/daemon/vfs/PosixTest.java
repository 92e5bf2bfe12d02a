package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.AttributeChange.TimeChange;
import io.dbfs.common.Attributes;
import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.FileSize;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.daemon.vfs.TestMount.Fd;
import io.dbfs.fuse.FileSystem.XattrMode;
import io.dbfs.fuse.HandleId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a program may expect of files and directories, through one mount and through two. */
final class PosixTest {
    private static TestSystem system;
    private static TestMount here;
    private static TestMount there;
    private static final AtomicInteger names = new AtomicInteger();

    @BeforeAll
    static void start() throws IOException {
        system = new TestSystem();
        here = system.watchfulMount();
        there = system.watchfulMount();
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    private static String fresh() {
        return "file-" + names.incrementAndGet();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aSmallFileIsReadBackOnBothMounts() {
        String name = fresh();
        here.put(name, random(4096));
        assertArrayEquals(random(4096), here.get(name));
        assertArrayEquals(random(4096), there.get(name));
        assertEquals(4096, there.stat(name).sizeBytes());
    }

    @Test
    void aBigFileIsReadBackOnBothMounts() {
        String name = fresh();
        byte[] bytes = random(9_000_001);
        Fd fd = here.create(name);
        for (int at = 0; at < bytes.length; at += 131_072) {
            here.write(fd, at, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 131_072)));
        }
        assertArrayEquals(bytes, here.read(fd, 0, bytes.length + 1), "before it is committed");
        here.close(fd);
        assertArrayEquals(bytes, here.get(name));
        assertArrayEquals(bytes, there.get(name));
        Fd again = there.open(name, 0);
        for (int at = 0; at < bytes.length; at += 131_072) {
            int end = Math.min(bytes.length, at + 131_072);
            assertArrayEquals(Arrays.copyOfRange(bytes, at, end), there.read(again, at, 131_072));
        }
        there.close(again);
    }

    @Test
    void whatIsWrittenIsSeenAtOnceOnTheSameMount() {
        String name = fresh();
        Fd writer = here.create(name);
        Fd reader = here.open(name, 0);
        here.write(writer, 0, "hello");
        assertEquals("hello", here.text(reader));
        assertEquals(5, here.stat(reader).sizeBytes());
        here.write(writer, 1, "u");
        assertEquals("hullo", here.text(reader));
        here.close(writer);
        here.close(reader);
    }

    @Test
    void holesReadAsZeros() {
        String name = fresh();
        Fd fd = here.create(name);
        here.write(fd, 100_000, "end");
        assertArrayEquals(new byte[100], here.read(fd, 50_000, 100));
        here.close(fd);
        assertEquals(100_003, there.stat(name).sizeBytes());
        Fd other = there.open(name, 0);
        assertArrayEquals(new byte[100], there.read(other, 50_000, 100));
        assertEquals("end", new String(there.read(other, 100_000, 100), StandardCharsets.UTF_8));
        there.close(other);
    }

    @Test
    void aWriteBeyondTheLargestFileFailsAtOnceAndSparesTheOthers() {
        String name = fresh();
        Fd fd = here.create(name);
        here.write(fd, 0, "kept");
        TestMount.assertErrno(Errno.EFBIG, () -> here.write(fd, FileSize.BYTES_MAX - 1, "xy"));
        here.close(fd);
        assertEquals(4, there.stat(name).sizeBytes());
    }

    @Test
    void truncateCutsWhatIsCommittedAndWhatIsNot() {
        String name = fresh();
        Fd fd = here.create(name);
        here.write(fd, 0, "0123456789");
        here.fsync(fd);
        here.write(fd, 5, "abcdefghij");
        here.truncate(fd, 8);
        assertEquals("01234abc", here.text(fd));
        here.truncate(fd, 12);
        assertEquals("01234abc\0\0\0\0", here.text(fd));
        here.close(fd);
        assertEquals("01234abc\0\0\0\0", there.text(there.open(name, 0)));
    }

    @Test
    void openWithTruncateEmptiesTheFile() {
        String name = fresh();
        here.put(name, random(50_000));
        Fd fd = there.open(name, TestMount.READ_WRITE | TestMount.TRUNCATE);
        assertEquals(0, there.stat(fd).sizeBytes());
        there.write(fd, 0, "new");
        there.close(fd);
        assertEquals("new", new String(here.get(name), StandardCharsets.UTF_8));
    }

    @Test
    void appendsOfTwoMountsAllArrive() {
        String name = fresh();
        here.put(name, new byte[0]);
        Fd mine = here.open(name, TestMount.READ_WRITE | TestMount.APPEND);
        Fd theirs = there.open(name, TestMount.READ_WRITE | TestMount.APPEND);
        for (int i = 0; i < 20; i++) {
            here.write(mine, 0, "here.");
            there.write(theirs, 0, "there");
            if (i % 3 == 0) {
                here.fsync(mine);
            }
            if (i % 5 == 0) {
                there.fsync(theirs);
            }
        }
        here.close(mine);
        there.close(theirs);
        String text = new String(here.get(name), StandardCharsets.UTF_8);
        assertEquals(200, text.length());
        for (int i = 0; i < 200; i += 5) {
            String record = text.substring(i, i + 5);
            assertTrue(record.equals("here.") || record.equals("there"), () -> "torn: " + text);
        }
    }

    @Test
    void anAppendedBatchIsReadBackBeforeItIsCommitted() {
        String name = fresh();
        here.put(name, "start ".getBytes(StandardCharsets.UTF_8));
        Fd fd = here.open(name, TestMount.READ_WRITE | TestMount.APPEND);
        here.write(fd, 0, "middle ");
        here.write(fd, 0, "end");
        assertEquals("start middle end", here.text(fd));
        here.close(fd);
        assertEquals("start middle end", there.text(there.open(name, 0)));
    }

    @Test
    void pagesAreWrittenWhereTheyLieAlsoByAnAppendingHandle() {
        String name = fresh();
        here.put(name, "0123456789".getBytes(StandardCharsets.UTF_8));
        Fd fd = here.open(name, TestMount.READ_WRITE | TestMount.APPEND);
        here.fileSystem.writePages(fd.inode(), fd.handle(), 2, ByteBuffer.wrap(new byte[] {'x', 'y'}));
        here.write(fd, 0, "!");
        assertEquals("01xy456789!", here.text(fd));
        here.close(fd);
        assertEquals("01xy456789!", new String(there.get(name), StandardCharsets.UTF_8));
    }

    @Test
    void anUnlinkedOpenFileGoesOnWorking() {
        String name = fresh();
        Fd fd = here.create(name);
        here.write(fd, 0, random(100_000));
        here.fsync(fd);
        there.unlink(name);
        assertEquals(0, here.stat(fd).linkCount());
        here.write(fd, 100_000, "more");
        here.fsync(fd);
        assertEquals(100_004, here.stat(fd).sizeBytes());
        assertArrayEquals(random(100_000), here.read(fd, 0, 100_000));
        here.close(fd);
        TestMount.assertErrno(Errno.ENOENT, () -> here.stat(name));
    }

    @Test
    void aFileRenamedOverStaysWhatItWasForWhoHasItOpen() {
        String target = fresh();
        String source = fresh();
        here.put(target, new byte[] {1});
        here.put(source, new byte[] {2});
        Fd fd = here.open(target, 0);
        here.rename(source, target);
        assertArrayEquals(new byte[] {1}, here.read(fd, 0, 10));
        assertArrayEquals(new byte[] {2}, here.get(target));
        here.close(fd);
    }

    @Test
    void timesSetAfterWritingStay() {
        String name = fresh();
        Fd fd = here.create(name);
        here.write(fd, 0, "x");
        Attributes set = here.change(
                fd, AttributeChange.NONE.withMtime(TimeChange.to(1_000_000_007)).withAtime(TimeChange.to(5)));
        assertEquals(1_000_000_007, set.mtimeNanos());
        here.close(fd);
        assertEquals(1_000_000_007, there.stat(name).mtimeNanos());
        assertEquals(5, there.stat(name).atimeNanos());
    }

    @Test
    void timesOfAFileNeverWrittenCanBeSet() {
        String name = fresh();
        here.close(here.create(name));
        Fd fd = here.open(name, 0);
        here.change(fd, AttributeChange.NONE.withMtime(TimeChange.to(77)));
        here.close(fd);
        assertEquals(77, there.stat(name).mtimeNanos());
        assertEquals(0, there.stat(name).sizeBytes());
    }

    @Test
    void modeAndOwnerAreSeenOnTheOtherMount() {
        String name = fresh();
        Fd fd = here.create(name);
        here.change(fd, AttributeChange.NONE.withMode(0600).withUid(1000).withGid(1001));
        here.close(fd);
        Attributes attributes = there.stat(name);
        assertEquals(0600, attributes.mode());
        assertEquals(1000, attributes.uid());
        assertEquals(1001, attributes.gid());
    }

    @Test
    void aHoleIsPunched() {
        String name = fresh();
        Fd fd = here.create(name);
        here.write(fd, 0, random(200_000));
        here.fileSystem.allocate(Caller.ROOT, fd.inode(), fd.handle(), 3, 50_000, 100_000);
        byte[] expected = random(200_000);
        Arrays.fill(expected, 50_000, 150_000, (byte) 0);
        assertArrayEquals(expected, here.read(fd, 0, 300_000));
        here.close(fd);
        assertArrayEquals(expected, there.get(name));
    }

    @Test
    void aDirectoryListsItsEntriesWithSizes() {
        InodeId directory = here.fileSystem
                .makeDirectory(Caller.ROOT, InodeId.ROOT, Name.of(fresh()), 0755)
                .attributes()
                .inode();
        for (int i = 0; i < 3; i++) {
            var created = here.fileSystem.create(Caller.ROOT, directory, Name.of("f" + i), 0644, TestMount.READ_WRITE);
            Fd fd = new Fd(
                    created.entry().attributes().inode(), created.opened().handle());
            here.write(fd, 0, new byte[i * 10]);
            here.close(fd);
        }
        assertEquals(Map.of("f0", 0L, "f1", 10L, "f2", 20L), there.list(directory));
        assertEquals(
                InodeId.ROOT,
                there.fileSystem.lookupParent(Caller.ROOT, directory).inode());
    }

    @Test
    void aRemovedDirectoryThatIsOpenHasNoEntries() {
        String name = fresh();
        InodeId directory = here.fileSystem
                .makeDirectory(Caller.ROOT, InodeId.ROOT, Name.of(name), 0755)
                .attributes()
                .inode();
        HandleId handle = here.fileSystem.openDirectory(Caller.ROOT, directory);
        there.fileSystem.removeDirectory(Caller.ROOT, InodeId.ROOT, Name.of(name));
        here.fileSystem.readDirectory(Caller.ROOT, directory, handle, 0, (entry, inode, type, cookie, known) -> {
            throw new AssertionError("entry of a removed directory");
        });
        here.fileSystem.releaseDirectory(directory, handle);
    }

    @Test
    void aRemovedDirectoryKeepsItsAttributesForThoseWhoHaveItOpen() {
        String name = fresh();
        InodeId directory = here.fileSystem
                .makeDirectory(Caller.ROOT, InodeId.ROOT, Name.of(name), 0755)
                .attributes()
                .inode();
        there.fileSystem.removeDirectory(Caller.ROOT, InodeId.ROOT, Name.of(name));
        assertEquals(
                0,
                here.fileSystem
                        .getAttributes(Caller.ROOT, directory, Optional.empty())
                        .linkCount());
        here.fileSystem.setAttributes(
                Caller.ROOT,
                directory,
                Optional.empty(),
                AttributeChange.NONE.withMode(0700).withUid(5));
        Attributes changed = here.fileSystem.getAttributes(Caller.ROOT, directory, Optional.empty());
        assertEquals(0700, changed.mode());
        assertEquals(5, changed.uid());
        TestMount.assertErrno(
                Errno.ENOENT, () -> here.fileSystem.makeDirectory(Caller.ROOT, directory, Name.of("d"), 0755));
        TestMount.assertErrno(Errno.ENOENT, () -> here.fileSystem.lookup(Caller.ROOT, InodeId.ROOT, Name.of(name)));
    }

    @Test
    void extendedAttributesAreKept() {
        String name = fresh();
        Fd fd = here.create(name);
        byte[] key = "user.k".getBytes(StandardCharsets.UTF_8);
        TestMount.assertErrno(Errno.ENODATA, () -> here.fileSystem.getXattr(Caller.ROOT, fd.inode(), key));
        here.fileSystem.setXattr(Caller.ROOT, fd.inode(), key, new byte[] {9}, XattrMode.CREATE_OR_REPLACE);
        assertArrayEquals(new byte[] {9}, here.fileSystem.getXattr(Caller.ROOT, fd.inode(), key));
        assertArrayEquals(
                key, there.fileSystem.listXattrs(Caller.ROOT, fd.inode()).get(0));
        here.fileSystem.removeXattr(Caller.ROOT, fd.inode(), key);
        TestMount.assertErrno(Errno.ENODATA, () -> here.fileSystem.getXattr(Caller.ROOT, fd.inode(), key));
        here.close(fd);
    }

    @Test
    void pagesAreKeptWhenNobodyElseWrote() {
        String name = fresh();
        here.put(name, random(10));
        InodeId inode = here.inode(name);
        Fd first = here.open(name, TestMount.READ_WRITE);
        here.write(first, 0, "own");
        here.close(first);
        var again = here.fileSystem.open(Caller.ROOT, inode, 0);
        assertTrue(again.keepCache(), "own writes are in the pages");
        here.fileSystem.release(inode, again.handle());
        Fd other = there.open(name, TestMount.READ_WRITE);
        there.write(other, 0, "not");
        there.close(other);
        var changed = here.fileSystem.open(Caller.ROOT, inode, 0);
        assertTrue(!changed.keepCache(), "another mount wrote");
        here.fileSystem.release(inode, changed.handle());
    }
}
