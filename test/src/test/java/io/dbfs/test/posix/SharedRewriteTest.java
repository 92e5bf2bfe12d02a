package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.O_RDONLY;
import static io.dbfs.test.posix.libc.Constants.O_WRONLY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Files that one mount writes anew again and again while another opens, reads and closes them. */
@ExtendWith(Pair.Resolver.class)
@Timeout(value = 1200, unit = TimeUnit.SECONDS)
final class SharedRewriteTest {
    private static final int[] SIZES = {300_000, 300_000, 40_000, 4_097, 100};
    private static final int LETTERS = 26;
    private static final int ROUNDS_BETWEEN_SYNCS = 3;
    private static final int ROUNDS_BETWEEN_TRUNCATIONS = 5;
    /** So that there is time left to write. */
    private static final long PAUSE_NANOS = 200_000;

    private static final int SECONDS_MAX = 1_000;
    private static final int NOT_OPEN = -1;
    private static final int FAILURES_SHOWN = 20;

    @Test
    void whoOpensTheFileForEachReadSeesOldBytesOrNewBytesOrAShorterFile(Pair pair) throws Exception {
        readWhileRewritten(pair, 20_000, 30, false);
    }

    @Test
    @Tag("long")
    void aHundredThousandReadsOfFilesOpenedForEachSeeOldBytesOrNewBytesOrAShorterFile(Pair pair) throws Exception {
        readWhileRewritten(pair, 100_000, 200, false);
    }

    /** README.md, Limits: one of some ten thousand of these reads still fails. */
    @Test
    @Tag("long")
    void aHundredThousandReadsOfFilesHeldOpenSeeOldBytesOrNewBytesOrAShorterFile(Pair pair) throws Exception {
        readWhileRewritten(pair, 100_000, 200, true);
    }

    /** At least so many reads, and so many writes of each file; {@code held}: the file is opened once, before it is written for the first time. */
    private static void readWhileRewritten(Pair pair, int reads, int writes, boolean held) throws Exception {
        long start = System.nanoTime();
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong left = new AtomicLong(reads);
        ExecutorService executor = Executors.newFixedThreadPool(2 * SIZES.length);
        List<Future<?>> writers = new ArrayList<>();
        List<Rewritten> files = new ArrayList<>();
        List<Future<?>> readers = new ArrayList<>();
        try {
            for (int i = 0; i < SIZES.length; i++) {
                Rewritten file = new Rewritten(pair, "rewritten" + i, SIZES[i], held);
                files.add(file);
                writers.add(executor.submit(() -> file.write(done)));
                readers.add(executor.submit(() -> file.read(left, writes, done)));
            }
            for (Future<?> reader : readers) {
                reader.get(SECONDS_MAX, TimeUnit.SECONDS);
            }
            done.set(true);
            for (Future<?> writer : writers) {
                writer.get(1, TimeUnit.MINUTES);
            }
        } finally {
            done.set(true);
            executor.shutdownNow();
        }
        List<String> failures = new ArrayList<>();
        for (Rewritten file : files) {
            System.out.println(file);
            failures.addAll(file.failures);
        }
        System.out.println("seconds: " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
        assertEquals(List.of(), failures);
    }

    /** A file, its writer here and its reader there. */
    private static final class Rewritten {
        private final Pair pair;
        private final String name;
        private final int size;
        private final int kept;
        private final List<String> failures = new ArrayList<>();
        /** The newest round that was fsynced, and the newest that was begun. */
        private volatile int synced = -1;

        private volatile int begun = -1;
        private int reads;
        private int full;
        private int between;

        Rewritten(Pair pair, String name, int size, boolean held) {
            this.pair = pair;
            this.name = name;
            this.size = size;
            Files.create(pair.here().at(name));
            pair.awaitThere(name);
            this.kept = held ? ok(ROOT.open(pair.there().at(name), O_RDONLY)) : NOT_OPEN;
        }

        void write(AtomicBoolean done) {
            int descriptor = ok(ROOT.open(pair.here().at(name), O_WRONLY));
            byte[] data = new byte[size];
            for (int round = 0; !done.get(); round++) {
                begun = round;
                Arrays.fill(data, letter(round));
                assertEquals(size, ok(ROOT.pwrite(descriptor, data, 0)));
                if (round % ROUNDS_BETWEEN_SYNCS == 0) {
                    ok(ROOT.fsync(descriptor));
                    synced = round;
                }
                if (round % ROUNDS_BETWEEN_TRUNCATIONS == 0) {
                    ok(ROOT.ftruncate(descriptor, 0));
                }
            }
            ok(ROOT.close(descriptor));
        }

        private static byte letter(int round) {
            return (byte) ('a' + round % LETTERS);
        }

        void read(AtomicLong left, int writes, AtomicBoolean done) {
            byte[] data = new byte[size + 1];
            while ((left.getAndDecrement() > 0 || begun < writes) && failures.size() < FAILURES_SHOWN && !done.get()) {
                int oldest = Math.max(0, synced);
                int descriptor = kept == NOT_OPEN ? ok(ROOT.open(pair.there().at(name), O_RDONLY)) : kept;
                long told = size(descriptor);
                int count = (int) ok(ROOT.pread(descriptor, data, 0));
                if (kept == NOT_OPEN) {
                    ok(ROOT.close(descriptor));
                }
                check(data, count, oldest, begun, told);
                reads++;
                LockSupport.parkNanos(PAUSE_NANOS);
                full += count == size ? 1 : 0;
            }
            if (kept != NOT_OPEN) {
                ok(ROOT.close(kept));
            }
        }

        /** The kernel may take the file to end where it was read to in vain, for a moment. */
        private long size(int descriptor) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            long told = ROOT.fstat(descriptor).get().size();
            while (told != 0 && told != size) {
                assertTrue(System.nanoTime() < deadline, "size " + told + " (expected: 0 or " + size + ")");
                between++;
                told = ROOT.fstat(descriptor).get().size();
            }
            return told;
        }

        /** Each byte is of a round that was not over yet when the file was opened. */
        private void check(byte[] data, int count, int oldest, int newest, long told) {
            int unexpected = -1;
            int last = -1;
            for (int i = 0; i < count; i++) {
                boolean letter = data[i] >= 'a' && data[i] < 'a' + LETTERS;
                int age = letter ? Math.floorMod(newest - (data[i] - 'a'), LETTERS) : Integer.MAX_VALUE;
                if (!letter || (newest - oldest < LETTERS && age > newest - oldest)) {
                    unexpected = unexpected < 0 ? i : unexpected;
                    last = i;
                }
            }
            if (unexpected >= 0) {
                failures.add(
                        name + " of " + size + " read " + reads + ": " + count + " bytes (size " + told + "), byte "
                                + unexpected + " to " + last + " is " + data[unexpected] + " .. " + data[last]
                                + ", rounds " + oldest + " to " + newest + " letters " + (char) letter(oldest) + " to "
                                + (char) letter(newest));
            }
        }

        @Override
        public String toString() {
            return size + " bytes: " + begun + " times written, " + reads + " reads, " + full + " of the whole, "
                    + between + " sizes in between, "
                    + failures.size() + " wrong";
        }
    }
}
