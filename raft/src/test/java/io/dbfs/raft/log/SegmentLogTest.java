package io.dbfs.raft.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.raft.DamagedStorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SegmentLogTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    Path directory;

    private final List<LogRecord> seen = new ArrayList<>();
    private final Random random = new Random(5);

    @Test
    void aNewLogIsEmpty() throws IOException {
        try (SegmentLog log = open()) {
            assertEquals(1, log.first());
            assertEquals(0, log.last());
            assertTrue(log.read(1).isEmpty());
        }
    }

    @Test
    void recordsAreThereAfterItIsOpenedAgain() throws IOException {
        List<LogRecord> records =
                List.of(record(1, 1, 0), record(2, 1, 5000), record(3, 4, 3 * MEBIBYTE), record(4, 4, 12 * MEBIBYTE));
        try (SegmentLog log = open()) {
            log.append(records.subList(0, 2));
            log.append(records.subList(2, 4));
        }
        try (SegmentLog log = open()) {
            assertEquals(1, log.first());
            assertEquals(4, log.last());
            assertEquals(
                    List.of(1L, 2L, 3L, 4L), seen.stream().map(LogRecord::index).toList());
            for (LogRecord record : records) {
                assertSame(record, log.read(record.index()).orElseThrow(), "");
            }
        }
    }

    @Test
    void onlyTheNextIndexFollows() throws IOException {
        try (SegmentLog log = open()) {
            log.append(List.of(record(1, 1, 10)));
            assertThrows(IOException.class, () -> log.append(List.of(record(3, 1, 10))));
            // Nobody knows any more what is where.
            assertThrows(IOException.class, () -> log.append(List.of(record(2, 1, 10))));
        }
        try (SegmentLog log = open()) {
            assertEquals(1, log.last());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 20261127})
    void everyStepIsAsInAModel(long seed) throws IOException {
        Random steps = new Random(seed);
        TreeMap<Long, LogRecord> model = new TreeMap<>();
        long next = 1;
        long term = 1;
        SegmentLog log = open();
        try {
            for (int step = 0; step < 400; step++) {
                String where = "seed " + seed + ", step " + step;
                switch (steps.nextInt(12)) {
                    case 0 -> {
                        // As after kill -9: nothing is closed in order.
                        log.close();
                        log = open();
                        long first = model.isEmpty() ? next : model.firstKey();
                        assertTrue(log.first() <= first, where);
                    }
                    case 1 -> {
                        long kept = next - steps.nextInt(200);
                        if (kept > log.first()) {
                            log.truncatePrefix(kept);
                            model.headMap(kept).clear();
                        }
                    }
                    case 2 -> {
                        long last = Math.max(next - 1 - steps.nextInt(30), model.isEmpty() ? next : model.firstKey());
                        if (last < next) {
                            log.truncateSuffix(last);
                            model.tailMap(last, false).clear();
                            next = last + 1;
                            term++;
                        }
                    }
                    case 3 -> {
                        if (steps.nextInt(8) == 0) {
                            next += steps.nextInt(50);
                            log.reset(next);
                            model.clear();
                        }
                    }
                    default -> {
                        List<LogRecord> batch = new ArrayList<>();
                        for (int i = steps.nextInt(20); i >= 0; i--) {
                            batch.add(record(next++, term, steps.nextInt(steps.nextInt(10) == 0 ? MEBIBYTE : 6000)));
                        }
                        log.append(batch);
                        batch.forEach(record -> model.put(record.index(), record));
                    }
                }
                assertEquals(next - 1, log.last(), where);
                check(log, model, steps, where);
            }
            for (LogRecord record : model.values()) {
                assertSame(record, log.read(record.index()).orElseThrow(), "seed " + seed);
            }
        } finally {
            log.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 9})
    void aTornBatchIsThereUpToWhereItWasTorn(int intact) throws IOException {
        List<LogRecord> records = Stream.iterate(1L, index -> index + 1)
                .limit(10)
                .map(index -> record(index, 1, 3000))
                .toList();
        try (SegmentLog log = open()) {
            log.append(records);
        }
        // As after a power cut before the batch was synced: the mark is that of the batch before.
        Files.delete(directory.resolve("synced"));
        damage(newest(), SegmentHeader.BYTES + (long) intact * (RecordFormat.HEADER_BYTES + 3000) + 100);
        try (SegmentLog log = open()) {
            assertEquals(intact, log.last());
            log.append(List.of(record(intact + 1, 1, 3000)));
        }
        try (SegmentLog log = open()) {
            // What came after the torn record does not come back behind the one that took its place.
            assertEquals(intact + 1, log.last());
        }
    }

    @Test
    void damageOfWhatWasDurableIsSaid() throws IOException {
        try (SegmentLog log = open()) {
            for (long index = 1; index <= 10; index++) {
                log.append(List.of(record(index, 1, 3000)));
            }
        }
        damage(newest(), SegmentHeader.BYTES + 4L * (RecordFormat.HEADER_BYTES + 3000) + 100);
        String said = assertThrows(DamagedStorageException.class, this::open).toString();
        assertTrue(said.contains("up to index 4, at offset 16240 (expected: 6 or later)"), said);
    }

    @Test
    void damageOfTheLastRecordThatWasSyncedIsSaid() throws IOException {
        try (SegmentLog log = open()) {
            for (long index = 1; index <= 3; index++) {
                log.append(List.of(record(index, 1, 3000)));
            }
        }
        long offset = SegmentHeader.BYTES + 2L * (RecordFormat.HEADER_BYTES + 3000);
        damage(newest(), offset + 100);
        String said = assertThrows(DamagedStorageException.class, this::open).getMessage();
        assertTrue(
                said.startsWith(newest() + " is damaged: it has records up to index 2, at offset " + offset
                        + " (expected: 3 or later"),
                said);
        // It stays so: nothing was made anew in its place.
        assertThrows(DamagedStorageException.class, this::open);
    }

    @Test
    void segmentsThatAreGoneAreMissed() throws IOException {
        try (SegmentLog log = open()) {
            log.append(List.of(record(1, 1, 10)));
        }
        Files.delete(newest());
        assertThrows(DamagedStorageException.class, this::open);
    }

    @Test
    void aLogOfAnEarlierVersionHasNoMarkAndGetsOne() throws IOException {
        try (SegmentLog log = open()) {
            log.append(List.of(record(1, 1, 10), record(2, 1, 10)));
        }
        Files.delete(directory.resolve("synced"));
        try (SegmentLog log = open()) {
            assertEquals(2, log.last());
        }
        damage(newest(), SegmentHeader.BYTES + RecordFormat.HEADER_BYTES + 10 + 3);
        assertThrows(DamagedStorageException.class, this::open);
    }

    @Test
    void aMarkThatIsOldOrDamagedStopsNothing() throws IOException {
        try (SegmentLog log = open()) {
            log.append(List.of(record(1, 1, 10)));
        }
        Path mark = directory.resolve("synced");
        byte[] old = Files.readAllBytes(mark);
        try (SegmentLog log = open()) {
            log.append(List.of(record(2, 1, 10)));
        }
        Files.write(mark, old);
        try (SegmentLog log = open()) {
            assertEquals(2, log.last());
        }
        damage(mark, 7);
        try (SegmentLog log = open()) {
            assertEquals(2, log.last());
        }
    }

    @Test
    void whatIsCutOffOnPurposeIsNotMissed() throws IOException {
        try (SegmentLog log = open()) {
            log.append(List.of(record(1, 1, 10), record(2, 1, 10), record(3, 1, 10)));
            log.truncateSuffix(1);
        }
        try (SegmentLog log = open()) {
            assertEquals(1, log.last());
            log.append(List.of(record(2, 2, 10), record(3, 2, 10)));
            log.reset(2);
        }
        try (SegmentLog log = open()) {
            assertEquals(1, log.last());
            log.reset(50);
        }
        try (SegmentLog log = open()) {
            assertEquals(49, log.last());
        }
    }

    @Test
    void aCrashBeforeALogIsEmptiedToAHigherIndexLeavesItReadable() throws IOException {
        try (SegmentLog log = open()) {
            log.append(List.of(record(1, 1, 10)));
        }
        Path first = newest();
        byte[] records = Files.readAllBytes(first);
        try (SegmentLog log = open()) {
            log.reset(100);
        }
        // The mark was written, if at all, and the base was not.
        Files.delete(newest());
        Files.write(first, records);
        try (SegmentLog log = open()) {
            assertEquals(1, log.last());
        }
    }

    @Test
    void damageBeforeTheNewestSegmentIsSaid() throws IOException {
        try (SegmentLog log = open()) {
            for (long index = 1; index <= 20; index++) {
                log.append(List.of(record(index, 1, MEBIBYTE)));
            }
        }
        Path oldest = segments().get(0);
        damage(oldest, SegmentHeader.BYTES + 3 * MEBIBYTE);
        String said = assertThrows(IOException.class, this::open).toString();
        assertTrue(said.contains(oldest.toString()), said);
        assertTrue(said.contains("up to index 2, at offset 2101320 (expected: 7)"), said);
    }

    @Test
    void filesAreUsedAgainAndWhatWasInThemIsNotBelieved() throws IOException {
        try (SegmentLog log = open()) {
            for (long index = 1; index <= 40; index++) {
                log.append(List.of(record(index, 1, MEBIBYTE)));
                log.truncatePrefix(Math.max(1, index - 8));
            }
            try (Stream<Path> files = Files.list(directory)) {
                assertTrue(files.count() <= 6, "files of a log that is trimmed");
            }
        }
        try (SegmentLog log = open()) {
            assertEquals(40, log.last());
            assertTrue(log.first() >= 40 - 8 - 7, "first " + log.first());
        }
    }

    @Test
    void aCrashWhileItIsEmptiedLeavesNoneOfTheOldRecords() throws IOException {
        try (SegmentLog log = open()) {
            log.append(List.of(record(1, 1, 10), record(2, 1, 10)));
        }
        Path old = newest();
        byte[] bytes = Files.readAllBytes(old);
        try (SegmentLog log = open()) {
            log.reset(100);
        }
        Files.write(old, bytes);
        seen.clear();
        try (SegmentLog log = open()) {
            assertEquals(100, log.first());
            assertEquals(99, log.last());
            assertEquals(List.of(), seen);
        }
    }

    @Test
    void whatComesAfterTheNewStartGoesBeforeIt() throws IOException {
        List<String> removedBeforeBase = new ArrayList<>();
        try (SegmentLog log = open()) {
            for (long index = 1; index <= 30; index++) {
                log.append(List.of(record(index, 1, MEBIBYTE)));
            }
            List<Path> before = segments();
            assertTrue(before.size() >= 4, before + " (expected: 4 segments or more)");
            // No base can be made: what is left is what a crash leaves.
            Path inTheWay = Files.createDirectories(
                    directory.resolve(String.format("%016x", 10)).resolve("full"));
            assertThrows(IOException.class, () -> log.reset(10));
            Files.delete(inTheWay);
            Files.delete(inTheWay.getParent());
            before.stream().filter(path -> !Files.exists(path)).forEach(path -> removedBeforeBase.add(path.toString()));
            assertEquals(before.size() - 2, removedBeforeBase.size());
        }
        try (SegmentLog log = open()) {
            assertEquals(1, log.first());
            log.reset(10);
        }
        try (SegmentLog log = open()) {
            assertEquals(10, log.first());
            assertEquals(9, log.last());
        }
    }

    private SegmentLog open() throws IOException {
        return SegmentLog.open(directory, Runnable::run, seen::add);
    }

    private LogRecord record(long index, long term, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new LogRecord(index, term, 1 + length % 3, ByteBuffer.wrap(bytes));
    }

    private static void check(SegmentLog log, NavigableMap<Long, LogRecord> model, Random steps, String where)
            throws IOException {
        if (model.isEmpty()) {
            return;
        }
        long first = model.firstKey();
        long index = first + steps.nextInt((int) (model.lastKey() - first) + 1);
        assertSame(Objects.requireNonNull(model.get(index)), log.read(index).orElseThrow(), where);
        assertTrue(log.read(model.lastKey() + 1).isEmpty(), where);
    }

    private static void assertSame(LogRecord expected, LogRecord actual, String where) {
        assertEquals(expected.index(), actual.index(), where);
        assertEquals(expected.term(), actual.term(), where);
        assertEquals(expected.kind(), actual.kind(), where);
        byte[] bytes = new byte[actual.bytes().remaining()];
        actual.bytes().duplicate().get(bytes);
        assertArrayEquals(expected.bytes().array(), bytes, where);
    }

    private static void damage(Path file, long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ 1)).rewind();
            channel.write(one, offset);
        }
    }

    private Path newest() throws IOException {
        List<Path> segments = segments();
        return segments.get(segments.size() - 1);
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9a-f]{16}"))
                    .sorted()
                    .toList();
        }
    }
}
