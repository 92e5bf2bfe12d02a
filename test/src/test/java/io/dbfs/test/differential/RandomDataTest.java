package io.dbfs.test.differential;

import static io.dbfs.test.posix.libc.Constants.O_APPEND;
import static io.dbfs.test.posix.libc.Constants.O_CREAT;
import static io.dbfs.test.posix.libc.Constants.O_RDWR;
import static io.dbfs.test.posix.libc.Constants.O_TRUNC;

import io.dbfs.test.posix.FileSystemUnderTest;
import io.dbfs.test.posix.Mounted;
import io.dbfs.test.posix.libc.LibC;
import io.dbfs.test.posix.libc.Mapping;
import io.dbfs.test.posix.libc.User;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
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
 * One file, changed at random by every way there is and compared with an array of bytes (in the manner of fsx by A. Goodenough).
 * {@code -Ddbfs.soak.seed} is the first seed, {@code -Ddbfs.soak.operations} how many operations each has.
 */
@ExtendWith(Mounted.Resolver.class)
@Timeout(value = 1, unit = TimeUnit.DAYS)
final class RandomDataTest {
    private static final int SEEDS = 3;
    private static final int OPERATIONS = Integer.getInteger("dbfs.soak.operations", 20_000);
    private static final int FILE_BYTES_MAX = 1_500_000;
    private static final int PART_BYTES_MAX = 70_000;
    private static final int HISTORY = 40;

    private static final LibC CALLS = LibC.as(User.ROOT);

    static Stream<Arguments> seeds() {
        long first = Long.getLong("dbfs.soak.seed", System.nanoTime());
        return LongStream.range(first, first + SEEDS).mapToObj(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theFileHoldsWhatTheArrayHolds(long seed, @Mounted.On(FileSystemUnderTest.KERNEL) Path directory) {
        System.out.println("random data test: seed " + seed);
        new Run(directory + "/data" + seed, new Random(seed)).play(seed);
    }

    /** One file and what it should hold. */
    private static final class Run {
        private final String path;
        private final Random random;
        private final byte[] model = new byte[FILE_BYTES_MAX];
        private final Deque<String> history = new ArrayDeque<>();
        private int size;
        private int descriptor;

        Run(String path, Random random) {
            this.path = path;
            this.random = random;
            this.descriptor = require(CALLS.open(path, O_RDWR | O_CREAT | O_TRUNC, 0600));
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
            require(CALLS.close(descriptor));
        }

        private void step() {
            int choice = random.nextInt(100);
            if (choice < 30) {
                read();
            } else if (choice < 62) {
                write();
            } else if (choice < 72) {
                readMapped();
            } else if (choice < 84) {
                writeMapped();
            } else if (choice < 91) {
                truncate();
            } else if (choice < 95) {
                append();
            } else if (choice < 97) {
                note("fsync");
                require(CALLS.fsync(descriptor));
            } else {
                reopen();
            }
        }

        private void read() {
            int from = random.nextInt(FILE_BYTES_MAX);
            byte[] data = new byte[length(FILE_BYTES_MAX - from)];
            note("read " + from + "+" + data.length);
            int count = (int) require(CALLS.pread(descriptor, data, from));
            compare(from, data, count, Math.max(0, Math.min(data.length, size - from)));
        }

        private void write() {
            int from = random.nextInt(FILE_BYTES_MAX);
            byte[] data = new byte[length(FILE_BYTES_MAX - from)];
            random.nextBytes(data);
            note("write " + from + "+" + data.length);
            requireCount(data.length, CALLS.pwrite(descriptor, data, from));
            put(from, data);
        }

        private void append() {
            byte[] data = new byte[Math.min(length(PART_BYTES_MAX), FILE_BYTES_MAX - size)];
            random.nextBytes(data);
            note("append " + size + "+" + data.length);
            int appending = require(CALLS.open(path, O_RDWR | O_APPEND, 0));
            requireCount(data.length, CALLS.write(appending, data));
            put(size, data);
            if (random.nextBoolean()) {
                byte[] tail = new byte[data.length];
                compare(size - data.length, tail, (int) CALLS.pread(descriptor, tail, size - data.length), data.length);
            }
            require(CALLS.close(appending));
        }

        private void put(int from, byte[] data) {
            System.arraycopy(data, 0, model, from, data.length);
            size = data.length == 0 ? size : Math.max(size, from + data.length);
        }

        private void readMapped() {
            if (size == 0) {
                return;
            }
            int from = random.nextInt(size);
            int length = length(size - from);
            note("mapped read " + from + "+" + length);
            try (Mapping mapping = CALLS.map(descriptor, size, false).get()) {
                compare(from, mapping.get(from, length), length, length);
            }
        }

        private void writeMapped() {
            if (size == 0) {
                return;
            }
            int from = random.nextInt(size);
            byte[] data = new byte[length(size - from)];
            random.nextBytes(data);
            boolean sync = random.nextInt(3) == 0;
            note("mapped write " + from + "+" + data.length + (sync ? ", msync" : ""));
            try (Mapping mapping = CALLS.map(descriptor, size, true).get()) {
                mapping.put(from, data);
                if (sync) {
                    require(mapping.sync());
                }
            }
            put(from, data);
        }

        private void truncate() {
            int to = random.nextInt(8) == 0 ? 0 : random.nextInt(FILE_BYTES_MAX);
            boolean byPath = random.nextInt(3) == 0;
            note((byPath ? "truncate " : "ftruncate ") + size + " to " + to);
            require(byPath ? CALLS.truncate(path, to) : CALLS.ftruncate(descriptor, to));
            if (to < size) {
                Arrays.fill(model, to, size, (byte) 0);
            }
            size = to;
        }

        private void reopen() {
            note("close and open");
            require(CALLS.close(descriptor));
            descriptor = require(CALLS.open(path, O_RDWR, 0));
            if (random.nextInt(4) == 0) {
                byte[] all = new byte[FILE_BYTES_MAX];
                compare(0, all, (int) require(CALLS.pread(descriptor, all, 0)), size);
            }
            requireCount(size, CALLS.fstat(descriptor).get().size());
        }

        private int length(int max) {
            int bound = random.nextInt(3) == 0 ? PART_BYTES_MAX : 5_000;
            return Math.min(max, random.nextInt(bound) + 1);
        }

        private void compare(int from, byte[] data, int count, int expected) {
            requireCount(expected, count);
            int at = Arrays.mismatch(data, 0, count, model, from, from + count);
            if (at >= 0) {
                throw new AssertionError("byte " + (from + at) + " is " + data[at] + " (expected: " + model[from + at]
                        + "), size " + size);
            }
        }

        private void note(String operation) {
            if (history.size() == HISTORY) {
                history.removeFirst();
            }
            history.addLast(operation);
        }

        private static int require(int result) {
            return (int) require((long) result);
        }

        private static long require(long result) {
            if (result < 0) {
                throw new AssertionError("errno " + -result);
            }
            return result;
        }

        private static void requireCount(long expected, long actual) {
            if (expected != actual) {
                throw new AssertionError("result " + actual + " (expected: " + expected + ")");
            }
        }
    }
}
