package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.daemon.vfs.TestMount.Fd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Random calls on one file by several handles, compared with an array of bytes after each. */
final class FileModelTest {
    private static final int STEPS = 400;
    private static final int SIZE_MAX = 3_000_000;

    @Test
    void aFileBehavesAsAnArrayOfBytes() throws IOException {
        long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("FileModelTest seed " + seed);
        try (TestSystem system = new TestSystem()) {
            for (int round = 0; round < 3; round++) {
                new Run(system.watchfulMount(), new SplittableRandom(seed + round), "model-" + round).steps();
            }
        }
    }

    private static final class Run {
        private final TestMount mount;
        private final SplittableRandom random;
        private final String name;
        private final List<Fd> handles = new ArrayList<>();
        private byte[] expected = new byte[0];

        Run(TestMount mount, SplittableRandom random, String name) {
            this.mount = mount;
            this.random = random;
            this.name = name;
        }

        void steps() {
            handles.add(mount.create(name));
            for (int step = 0; step < STEPS; step++) {
                step();
                assertEquals(expected.length, mount.stat(handles.get(0)).sizeBytes());
            }
            handles.forEach(mount::close);
            assertArrayEquals(expected, mount.get(name), "after the last close");
        }

        private void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> write(random.nextInt(1 + Math.min(expected.length + 1000, SIZE_MAX)));
                case 4 -> write(expected.length);
                case 5, 6, 7 -> read();
                case 8 -> truncate(random.nextInt(1 + Math.min(expected.length * 2, SIZE_MAX)));
                case 9 -> mount.fsync(any());
                case 10 -> reopen();
                default -> append();
            }
        }

        private Fd any() {
            return handles.get(random.nextInt(handles.size()));
        }

        private byte[] bytes() {
            int[] lengths = {1, 100, 4096, 40_000, 131_072, 700_000};
            byte[] bytes = new byte[1 + random.nextInt(lengths[random.nextInt(lengths.length)])];
            random.nextBytes(bytes);
            return bytes;
        }

        private void write(int offset) {
            byte[] bytes = bytes();
            mount.write(any(), offset, bytes);
            put(offset, bytes);
        }

        private void put(int offset, byte[] bytes) {
            if (offset + bytes.length > expected.length) {
                expected = Arrays.copyOf(expected, offset + bytes.length);
            }
            System.arraycopy(bytes, 0, expected, offset, bytes.length);
        }

        private void append() {
            Fd fd = mount.open(name, TestMount.READ_WRITE | TestMount.APPEND);
            byte[] bytes = bytes();
            mount.write(fd, 0, bytes);
            put(expected.length, bytes);
            if (random.nextBoolean()) {
                mount.close(fd);
            } else {
                byte[] more = bytes();
                mount.write(fd, 0, more);
                put(expected.length, more);
                mount.fileSystem.release(fd.inode(), fd.handle());
            }
        }

        private void read() {
            int offset = random.nextInt(expected.length + 10);
            int length = 1 + random.nextInt(1 + random.nextInt(1_000_000));
            int end = Math.min(expected.length, offset + length);
            byte[] wanted = offset >= end ? new byte[0] : Arrays.copyOfRange(expected, offset, end);
            assertArrayEquals(wanted, mount.read(any(), offset, length));
        }

        private void truncate(int size) {
            mount.truncate(any(), size);
            expected = Arrays.copyOf(expected, size);
        }

        private void reopen() {
            if (handles.size() > 3) {
                mount.close(handles.remove(random.nextInt(handles.size())));
            } else {
                handles.add(mount.open(name, TestMount.READ_WRITE));
            }
        }
    }
}
