package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.daemon.vfs.TestMount.Fd;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Writes, holes and copies between three files, compared with arrays of bytes and of where data is. */
final class SparseModelTest {
    private static final int STEPS = 600;
    private static final int SPACE = 1_500_000;
    private static final int FILES = 3;

    @Test
    void filesBehaveAsArraysOfBytesWithHoles() throws IOException {
        long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("SparseModelTest seed " + seed);
        try (TestSystem system = new TestSystem()) {
            new Run(system.watchfulMount(), new SplittableRandom(seed)).steps();
        }
    }

    private static final class Run {
        private final TestMount mount;
        private final SplittableRandom random;
        private final Model[] models = new Model[FILES];
        private final Fd[] files = new Fd[FILES];

        Run(TestMount mount, SplittableRandom random) {
            this.mount = mount;
            this.random = random;
        }

        void steps() {
            for (int i = 0; i < FILES; i++) {
                models[i] = new Model();
                files[i] = mount.create("sparse-" + i);
            }
            for (int step = 0; step < STEPS; step++) {
                int file = random.nextInt(FILES);
                step(file);
                assertEquals(models[file].bytes.length, mount.stat(files[file]).sizeBytes(), "step " + step);
            }
            for (int i = 0; i < FILES; i++) {
                mount.close(files[i]);
                assertArrayEquals(models[i].bytes, mount.get("sparse-" + i));
                assertEquals(
                        models[i].data.cardinality(), mount.stat("sparse-" + i).allocatedBytes());
            }
        }

        private void step(int file) {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> write(file);
                case 3 -> zero(file, 0x03);
                case 4 -> zero(file, random.nextBoolean() ? 0x10 : 0x11);
                case 5 -> truncate(file);
                case 6, 7 -> copy(file);
                case 8 -> extend(file);
                case 9 -> reopen(file);
                case 10 -> read(file);
                default -> seek(file);
            }
        }

        private int length() {
            int[] lengths = {1, 100, 4096, 40_000, 300_000};
            return 1 + random.nextInt(lengths[random.nextInt(lengths.length)]);
        }

        private void write(int file) {
            byte[] bytes = new byte[length()];
            random.nextBytes(bytes);
            int offset = random.nextInt(SPACE - bytes.length);
            mount.write(files[file], offset, bytes);
            models[file].write(offset, bytes);
        }

        private void zero(int file, int mode) {
            int length = length();
            int offset = random.nextInt(SPACE - length);
            mount.allocate(files[file], mode, offset, length);
            models[file].zero(offset, offset + length);
            if ((mode & 1) == 0) {
                models[file].resize(Math.max(models[file].bytes.length, offset + length));
            }
        }

        private void extend(int file) {
            int length = length();
            int offset = random.nextInt(SPACE - length);
            boolean keepsSize = random.nextBoolean();
            mount.allocate(files[file], keepsSize ? 1 : 0, offset, length);
            if (!keepsSize) {
                models[file].resize(Math.max(models[file].bytes.length, offset + length));
            }
        }

        private void truncate(int file) {
            int size = random.nextInt(SPACE);
            mount.truncate(files[file], size);
            models[file].resize(size);
        }

        private void copy(int file) {
            int other = random.nextInt(FILES);
            int from = random.nextInt(SPACE);
            int length = length() + random.nextInt(300_000);
            int to = random.nextInt(SPACE - length / 2);
            int expected = Math.max(0, Math.min(length, models[file].bytes.length - from));
            if (file == other && expected > 0 && Math.abs(from - to) < expected) {
                TestMount.assertErrno(Errno.EINVAL, () -> mount.copy(files[file], from, files[other], to, length));
                return;
            }
            assertEquals(expected, mount.copy(files[file], from, files[other], to, length));
            models[other].copy(models[file], from, to, expected);
        }

        private void reopen(int file) {
            if (random.nextBoolean()) {
                mount.fsync(files[file]);
            }
            mount.close(files[file]);
            files[file] = mount.open("sparse-" + file, TestMount.READ_WRITE);
        }

        private void read(int file) {
            byte[] expected = models[file].bytes;
            int offset = random.nextInt(expected.length + 1);
            int length = length();
            int end = Math.min(expected.length, offset + length);
            assertArrayEquals(Arrays.copyOfRange(expected, offset, end), mount.read(files[file], offset, length));
        }

        private void seek(int file) {
            int offset = random.nextInt(models[file].bytes.length + 10);
            assertEquals(models[file].seek(offset, true), sought(file, offset, true));
            assertEquals(models[file].seek(offset, false), sought(file, offset, false));
        }

        private long sought(int file, int offset, boolean data) {
            try {
                return mount.seek(files[file], offset, data);
            } catch (FsException e) {
                assertEquals(Errno.ENXIO, e.errno());
                return -1;
            }
        }
    }

    /** A file as bytes, and which of them are data. */
    private static final class Model {
        private byte[] bytes = new byte[0];
        private final BitSet data = new BitSet();

        void resize(int size) {
            bytes = Arrays.copyOf(bytes, size);
            data.clear(size, SPACE * 2);
        }

        void write(int offset, byte[] written) {
            if (offset + written.length > bytes.length) {
                resize(offset + written.length);
            }
            System.arraycopy(written, 0, bytes, offset, written.length);
            data.set(offset, offset + written.length);
        }

        void zero(int from, int to) {
            data.clear(from, to);
            if (from < bytes.length) {
                Arrays.fill(bytes, from, Math.min(to, bytes.length), (byte) 0);
            }
        }

        void copy(Model source, int from, int to, int length) {
            if (length == 0) {
                return;
            }
            byte[] copied = Arrays.copyOfRange(source.bytes, from, from + length);
            BitSet where = source.data.get(from, from + length);
            write(to, copied);
            for (int i = where.nextClearBit(0); i < length; i = where.nextClearBit(i + 1)) {
                data.clear(to + i);
            }
        }

        /** -1: ENXIO. */
        int seek(int offset, boolean wanted) {
            if (offset >= bytes.length) {
                return -1;
            }
            return wanted ? data.nextSetBit(offset) : Math.min(bytes.length, data.nextClearBit(offset));
        }
    }
}
