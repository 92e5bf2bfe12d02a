package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.fails;
import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ALICE;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.O_APPEND;
import static io.dbfs.test.posix.libc.Constants.O_CREAT;
import static io.dbfs.test.posix.libc.Constants.O_DIRECT;
import static io.dbfs.test.posix.libc.Constants.O_RDONLY;
import static io.dbfs.test.posix.libc.Constants.O_RDWR;
import static io.dbfs.test.posix.libc.Constants.SEEK_CUR;
import static io.dbfs.test.posix.libc.Constants.SEEK_END;
import static io.dbfs.test.posix.libc.Constants.SEEK_SET;
import static io.dbfs.test.posix.libc.Constants.S_IFIFO;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.test.posix.libc.AlignedMemory;
import io.dbfs.test.posix.libc.Mapping;
import io.dbfs.test.posix.libc.Stat;
import java.util.Arrays;
import java.util.Random;

/** Contents: sizes, holes, offsets, direct and mapped access. */
final class DataTest {
    private static final int PAGE = 4096;

    @PosixTest
    void whatIsWrittenIsRead(Place place) {
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR | O_CREAT, 0644));
        byte[] data = new byte[300_001];
        new Random(1).nextBytes(data);
        assertEquals(data.length, ok(ROOT.write(descriptor, data)));
        byte[] read = new byte[data.length + 10];
        assertEquals(data.length, ok(ROOT.pread(descriptor, read, 0)));
        assertArrayEquals(data, Arrays.copyOf(read, data.length));
        assertEquals(0, ok(ROOT.pread(descriptor, read, data.length)));
        assertEquals(0, ok(ROOT.pread(descriptor, read, 1L << 40)));
        assertEquals(1, ok(ROOT.pread(descriptor, read, data.length - 1)));
        fails(Errno.EINVAL, ROOT.pread(descriptor, read, -1));
        fails(Errno.EINVAL, ROOT.pwrite(descriptor, data, -1));
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void offsetsMoveAndSeekKnowsTheEnd(Place place) {
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR | O_CREAT, 0644));
        ok(ROOT.write(descriptor, Files.bytes("abcdef")));
        assertEquals(6, ok(ROOT.lseek(descriptor, 0, SEEK_CUR)));
        assertEquals(4, ok(ROOT.lseek(descriptor, -2, SEEK_END)));
        byte[] read = new byte[4];
        assertEquals(2, ok(ROOT.read(descriptor, read)));
        assertEquals(1, ok(ROOT.lseek(descriptor, 1, SEEK_SET)));
        assertEquals(4, ok(ROOT.read(descriptor, read)));
        assertArrayEquals(Files.bytes("bcde"), read);
        fails(Errno.EINVAL, ROOT.lseek(descriptor, -1, SEEK_SET));
        fails(Errno.EINVAL, ROOT.lseek(descriptor, 0, 77));
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void holesReadAsZerosAndTakeNoSpace(Place place) {
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR | O_CREAT, 0644));
        long far = 1L << 33;
        ok(ROOT.pwrite(descriptor, Files.bytes("end"), far));
        assertEquals(far + 3, ROOT.fstat(descriptor).get().size());
        ok(ROOT.fsync(descriptor));
        byte[] read = new byte[PAGE];
        assertEquals(PAGE, ok(ROOT.pread(descriptor, read, far - PAGE)));
        assertArrayEquals(new byte[PAGE], read);
        assertTrue(
                ROOT.fstat(descriptor).get().blocks() <= 64,
                "blocks: " + ROOT.fstat(descriptor).get().blocks());
        ok(ROOT.close(descriptor));
        Stat stat = ROOT.stat(place.at("f")).get();
        assertTrue(stat.blocks() > 0 && stat.blocks() <= 64, "blocks: " + stat.blocks());
    }

    @PosixTest
    void blocksCountWhatIsWritten(Place place) {
        Files.write(place.at("f"), new byte[1 << 16]);
        assertTrue(ROOT.stat(place.at("f")).get().blocks() >= 128, "blocks of 64 KiB");
        ok(ROOT.truncate(place.at("f"), 0));
        assertEquals(0, ROOT.stat(place.at("f")).get().blocks());
        ok(ROOT.truncate(place.at("f"), 1 << 20));
        assertEquals(0, ROOT.stat(place.at("f")).get().blocks());
    }

    @PosixTest
    void truncateCutsAndExtendsWithZeros(Place place) {
        Files.write(place.at("f"), "abcdef");
        ok(ROOT.truncate(place.at("f"), 3));
        assertEquals("abc", Files.read(place.at("f")));
        ok(ROOT.truncate(place.at("f"), 5));
        assertEquals("abc\0\0", Files.read(place.at("f")));
        fails(Errno.EINVAL, ROOT.truncate(place.at("f"), -1));
        fails(Errno.EISDIR, ROOT.truncate(place.directory().toString(), 0));
        fails(Errno.ENOENT, ROOT.truncate(place.at("missing"), 0));
        fails(Errno.ENOTDIR, ROOT.truncate(place.at("f/x"), 0));
        fails(Errno.EACCES, ALICE.truncate(place.at("f"), 0));
        ok(ROOT.mknod(place.at("p"), S_IFIFO | 0600, 0));
        fails(Errno.EINVAL, ROOT.truncate(place.at("p"), 0));
    }

    @PosixTest
    void ftruncateIsSeenThroughOtherDescriptors(Place place) {
        Files.write(place.at("f"), "abcdef");
        int first = ok(ROOT.open(place.at("f"), O_RDWR));
        int second = ok(ROOT.open(place.at("f"), O_RDWR));
        ok(ROOT.pwrite(first, Files.bytes("XYZ"), 3));
        ok(ROOT.ftruncate(second, 4));
        assertEquals("abcX", Files.read(first));
        ok(ROOT.pwrite(second, Files.bytes("!"), 8));
        assertEquals("abcX\0\0\0\0!", Files.read(first));
        assertEquals(9, ROOT.stat(place.at("f")).get().size());
        ok(ROOT.close(first));
        ok(ROOT.close(second));
    }

    @PosixTest
    void sparseFilesReach16TebibytesLessOneBlock(Place place) {
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR | O_CREAT, 0644));
        long size = (1L << 44) - PAGE;
        ok(ROOT.ftruncate(descriptor, size));
        assertEquals(size, ROOT.fstat(descriptor).get().size());
        ok(ROOT.pwrite(descriptor, Files.bytes("end"), size - 3));
        byte[] read = new byte[3];
        assertEquals(3, ok(ROOT.pread(descriptor, read, size - 3)));
        assertArrayEquals(Files.bytes("end"), read);
        ok(ROOT.close(descriptor));
        assertEquals(size, ROOT.stat(place.at("f")).get().size());
    }

    @PosixTest
    void directAccessReadsAndWrites(Place place) {
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR | O_CREAT | O_DIRECT, 0644));
        byte[] data = new byte[3 * PAGE];
        new Random(2).nextBytes(data);
        try (AlignedMemory memory = AlignedMemory.allocate(data.length)) {
            memory.put(data);
            assertEquals(data.length, ok(ROOT.pwrite(descriptor, memory, data.length, 0)));
            memory.put(new byte[data.length]);
            assertEquals(data.length, ok(ROOT.pread(descriptor, memory, data.length, 0)));
            assertArrayEquals(data, memory.get(data.length));
            int buffered = ok(ROOT.open(place.at("f"), O_RDWR));
            ok(ROOT.pwrite(buffered, Files.bytes("buffered"), PAGE));
            assertEquals(PAGE, ok(ROOT.pread(descriptor, memory, PAGE, PAGE)));
            assertArrayEquals(Files.bytes("buffered"), memory.get(8));
            memory.put(Files.bytes("direct"));
            assertEquals(PAGE, ok(ROOT.pwrite(descriptor, memory, PAGE, 2 * PAGE)));
            byte[] read = new byte[6];
            assertEquals(6, ok(ROOT.pread(buffered, read, 2 * PAGE)));
            assertArrayEquals(Files.bytes("direct"), read);
            ok(ROOT.close(buffered));
        }
        ok(ROOT.close(descriptor));
    }

    @PosixTest
    void sharedMappingsAndDescriptorsSeeTheSameBytes(Place place) {
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR | O_CREAT, 0644));
        ok(ROOT.ftruncate(descriptor, 3 * PAGE));
        try (Mapping mapping = ROOT.map(descriptor, 3 * PAGE, true).get();
                Mapping other = ROOT.map(descriptor, 3 * PAGE, false).get()) {
            ok(ROOT.pwrite(descriptor, Files.bytes("written"), PAGE - 3));
            assertArrayEquals(Files.bytes("written"), mapping.get(PAGE - 3, 7));
            mapping.put(2 * PAGE, Files.bytes("mapped"));
            assertArrayEquals(Files.bytes("mapped"), other.get(2 * PAGE, 6));
            byte[] read = new byte[6];
            assertEquals(6, ok(ROOT.pread(descriptor, read, 2 * PAGE)));
            assertArrayEquals(Files.bytes("mapped"), read);
            ok(mapping.sync());
        }
        ok(ROOT.close(descriptor));
        String content = Files.read(place.at("f"));
        assertEquals(3 * PAGE, content.length());
        assertEquals("written", content.substring(PAGE - 3, PAGE + 4));
        assertEquals("mapped", content.substring(2 * PAGE, 2 * PAGE + 6));
    }

    @PosixTest
    void aMappingThatIsNotSyncedIsWrittenBackWhenItGoes(Place place) {
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR | O_CREAT, 0644));
        ok(ROOT.ftruncate(descriptor, PAGE));
        long before = ROOT.fstat(descriptor).get().mtime();
        try (Mapping mapping = ROOT.map(descriptor, PAGE, true).get()) {
            mapping.put(10, Files.bytes("mapped"));
        }
        ok(ROOT.fsync(descriptor));
        assertTrue(ROOT.fstat(descriptor).get().mtime() >= before, "mtime");
        ok(ROOT.close(descriptor));
        assertEquals("mapped", Files.read(place.at("f")).substring(10, 16));
    }

    @PosixTest
    void aMappingOfAnAppendingDescriptorIsWrittenWhereItLies(Place place) {
        place.needs(PathApiLimit.APPEND_MAPPINGS);
        Files.write(place.at("f"), "0123456789");
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR | O_APPEND));
        try (Mapping mapping = ROOT.map(descriptor, 10, true).get()) {
            mapping.put(2, Files.bytes("xy"));
            ok(mapping.sync());
        }
        ok(ROOT.close(descriptor));
        assertEquals("01xy456789", Files.read(place.at("f")));
    }

    @PosixTest
    void mappingsNeedTheDescriptorsRights(Place place) {
        Files.write(place.at("f"), "abc");
        int reader = ok(ROOT.open(place.at("f"), O_RDONLY));
        fails(Errno.EACCES, ROOT.map(reader, PAGE, true));
        ok(ROOT.close(reader));
        int directory = ok(ROOT.open(place.directory().toString(), O_RDONLY));
        fails(Errno.ENODEV, ROOT.map(directory, PAGE, false));
        ok(ROOT.close(directory));
    }

    @PosixTest
    void aFileTooLargeFailsWithEfbig(Place place) {
        int descriptor = ok(ROOT.open(place.at("f"), O_RDWR | O_CREAT, 0644));
        fails(Errno.EFBIG, ROOT.ftruncate(descriptor, Long.MAX_VALUE));
        fails(Errno.EFBIG, ROOT.pwrite(descriptor, new byte[2], Long.MAX_VALUE - 10));
        ok(ROOT.close(descriptor));
    }
}
