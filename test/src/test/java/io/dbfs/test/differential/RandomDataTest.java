package io.dbfs.test.differential;

import io.dbfs.test.posix.FileSystemUnderTest;
import io.dbfs.test.posix.Mounted;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two files, changed at random by every way there is, copied from one to the other, and compared with arrays of bytes (in the
 * manner of fsx by A. Goodenough). {@code -Ddbfs.soak.seed} is the first seed, {@code -Ddbfs.soak.operations} how many operations each has.
 */
@ExtendWith(Mounted.Resolver.class)
@Timeout(value = 1, unit = TimeUnit.DAYS)
final class RandomDataTest {
    private static final int SEEDS = 3;
    private static final int OPERATIONS = Integer.getInteger("dbfs.soak.operations", 20_000);
    private static final int FILE_BYTES_MAX = 1_500_000;
    private static final int PART_BYTES_MAX = 70_000;
    private static final int BLOCK_BYTES = 4096;
    private static final int HISTORY = 40;

    static Stream<Arguments> seeds() {
        long first = Long.getLong("dbfs.soak.seed", System.nanoTime());
        return LongStream.range(first, first + SEEDS).mapToObj(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theFilesHoldWhatTheArraysHold(long seed, @Mounted.On(FileSystemUnderTest.KERNEL) Path directory) {
        System.out.println("random data test: seed " + seed);
        try (ModelFile first = new ModelFile(directory + "/data" + seed, FILE_BYTES_MAX);
                ModelFile second = new ModelFile(directory + "/more" + seed, FILE_BYTES_MAX)) {
            new Run(List.of(first, second), new Random(seed)).play(seed);
        }
    }

    /** Where the array is right: the same on the local disk. */
    @ParameterizedTest
    @MethodSource("seeds")
    void soDoTheyOnTheLocalDisk(long seed, @Mounted.On(FileSystemUnderTest.LOCAL) Path directory) {
        theFilesHoldWhatTheArraysHold(seed, directory);
    }

    /** Two files and what was done to them. */
    private static final class Run {
        private final List<ModelFile> files;
        private final Random random;
        private final Deque<String> history = new ArrayDeque<>();

        Run(List<ModelFile> files, Random random) {
            this.files = files;
            this.random = random;
        }

        void play(long seed) {
            for (int i = 0; i < OPERATIONS; i++) {
                try {
                    step();
                } catch (AssertionError e) {
                    throw new AssertionError(
                            "seed " + seed + ", operation " + i + ": " + e.getMessage() + "\nafter "
                                    + String.join("\n      ", history),
                            e);
                }
            }
        }

        private void step() {
            int number = random.nextInt(4) == 0 ? 1 : 0;
            ModelFile file = files.get(number);
            String name = "file " + number + ": ";
            int choice = random.nextInt(100);
            if (choice < 42) {
                bytes(name, file, choice < 20);
            } else if (choice < 60) {
                mapped(name, file, choice < 50);
            } else if (choice < 66) {
                truncate(name, file);
            } else if (choice < 79) {
                allocation(name, file, random.nextInt(5));
            } else if (choice < 88) {
                copy(number);
            } else if (choice < 93) {
                int from = random.nextInt(Math.max(1, file.size() + 100));
                note(name + "seek from " + from);
                file.seek(from);
            } else if (choice < 95) {
                note(name + "fsync");
                file.sync();
            } else {
                reopen(name, file);
            }
        }

        private void bytes(String name, ModelFile file, boolean read) {
            int from = random.nextInt(FILE_BYTES_MAX);
            int length = length(FILE_BYTES_MAX - from);
            if (read) {
                note(name + "read " + from + "+" + length);
                file.read(from, length);
            } else if (random.nextInt(5) > 0) {
                note(name + "write " + from + "+" + length);
                file.write(from, content(length));
            } else {
                int appended = Math.min(length(PART_BYTES_MAX), FILE_BYTES_MAX - file.size());
                note(name + "append " + file.size() + "+" + appended);
                file.append(content(appended), random.nextBoolean());
            }
        }

        private void mapped(String name, ModelFile file, boolean read) {
            if (file.size() == 0) {
                return;
            }
            int from = random.nextInt(file.size());
            int length = length(file.size() - from);
            if (read) {
                note(name + "mapped read " + from + "+" + length);
                file.readMapped(from, length);
            } else {
                boolean sync = random.nextInt(3) == 0;
                note(name + "mapped write " + from + "+" + length + (sync ? ", msync" : ""));
                file.writeMapped(from, content(length), sync);
            }
        }

        private void truncate(String name, ModelFile file) {
            int to = random.nextInt(8) == 0 ? 0 : random.nextInt(FILE_BYTES_MAX);
            boolean byPath = random.nextInt(3) == 0;
            note(name + (byPath ? "truncate " : "ftruncate ") + file.size() + " to " + to);
            file.truncate(to, byPath);
        }

        private void allocation(String name, ModelFile file, int kind) {
            int from = offset();
            int length = Math.max(1, length(FILE_BYTES_MAX - from));
            boolean keepsSize = random.nextBoolean();
            String range = from + "+" + length;
            if (kind < 2) {
                note(name + "punch " + range);
                file.punch(from, length);
            } else if (kind < 4) {
                note(name + "zero " + range + (keepsSize ? ", keeping the size " : ", size ") + file.size());
                file.zero(from, length, keepsSize);
            } else {
                note(name + "allocate " + range + (keepsSize ? ", keeping the size " : ", size ") + file.size());
                file.allocate(from, length, keepsSize);
            }
        }

        private void copy(int number) {
            int other = random.nextInt(2);
            int from = offset();
            int to = offset();
            int length = length(FILE_BYTES_MAX - Math.max(from, to));
            if (number == other && Math.abs(from - to) < length) {
                return;
            }
            note("copy file " + number + " " + from + "+" + length + " to file " + other + " " + to);
            files.get(number).copyTo(files.get(other), from, to, length);
        }

        private void reopen(String name, ModelFile file) {
            note(name + "close and open");
            file.reopen();
            if (random.nextInt(4) == 0) {
                file.read(0, FILE_BYTES_MAX);
            }
        }

        /** Often where a block begins, as programs that know blocks do. */
        private int offset() {
            int offset = random.nextInt(FILE_BYTES_MAX);
            return random.nextInt(3) == 0 ? offset / BLOCK_BYTES * BLOCK_BYTES : offset;
        }

        private int length(int max) {
            int bound = random.nextInt(3) == 0 ? PART_BYTES_MAX : 5_000;
            return Math.min(max, random.nextInt(bound) + 1);
        }

        private byte[] content(int length) {
            byte[] content = new byte[length];
            random.nextBytes(content);
            return content;
        }

        private void note(String operation) {
            if (history.size() == HISTORY) {
                history.removeFirst();
            }
            history.addLast(operation);
        }
    }
}
