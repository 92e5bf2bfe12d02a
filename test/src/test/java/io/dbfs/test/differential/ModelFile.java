package io.dbfs.test.differential;

import static io.dbfs.test.posix.libc.Constants.FALLOC_FL_KEEP_SIZE;
import static io.dbfs.test.posix.libc.Constants.FALLOC_FL_PUNCH_HOLE;
import static io.dbfs.test.posix.libc.Constants.FALLOC_FL_ZERO_RANGE;
import static io.dbfs.test.posix.libc.Constants.O_APPEND;
import static io.dbfs.test.posix.libc.Constants.O_CREAT;
import static io.dbfs.test.posix.libc.Constants.O_RDWR;
import static io.dbfs.test.posix.libc.Constants.O_TRUNC;
import static io.dbfs.test.posix.libc.Constants.SEEK_DATA;
import static io.dbfs.test.posix.libc.Constants.SEEK_HOLE;

import io.dbfs.common.Errno;
import io.dbfs.test.posix.libc.LibC;
import io.dbfs.test.posix.libc.Mapping;
import io.dbfs.test.posix.libc.User;
import java.util.Arrays;

/**
 * An open file and the bytes it should hold. Each operation is done to both; one that reads fails with an AssertionError
 * where they differ.
 */
final class ModelFile implements AutoCloseable {
    private static final LibC CALLS = LibC.as(User.ROOT);

    private final String path;
    private final byte[] model;
    private int size;
    private int descriptor;

    /** Makes the file, which never gets longer than {@code bytesMax}. */
    ModelFile(String path, int bytesMax) {
        this.path = path;
        this.model = new byte[bytesMax];
        this.descriptor = (int) require(CALLS.open(path, O_RDWR | O_CREAT | O_TRUNC, 0600));
    }

    int size() {
        return size;
    }

    void read(int from, int length) {
        byte[] data = new byte[length];
        int count = (int) require(CALLS.pread(descriptor, data, from));
        compare(from, data, count, Math.max(0, Math.min(length, size - from)));
    }

    void write(int from, byte[] data) {
        requireCount(data.length, CALLS.pwrite(descriptor, data, from));
        put(from, data);
    }

    /** By another descriptor; then maybe reads the end by this one while that is open. */
    void append(byte[] data, boolean thenRead) {
        int appending = (int) require(CALLS.open(path, O_RDWR | O_APPEND, 0));
        requireCount(data.length, CALLS.write(appending, data));
        put(size, data);
        if (thenRead) {
            read(size - data.length, data.length);
        }
        require(CALLS.close(appending));
    }

    void readMapped(int from, int length) {
        try (Mapping mapping = CALLS.map(descriptor, size, false).get()) {
            compare(from, mapping.get(from, length), length, length);
        }
    }

    void writeMapped(int from, byte[] data, boolean sync) {
        try (Mapping mapping = CALLS.map(descriptor, size, true).get()) {
            mapping.put(from, data);
            if (sync) {
                require(mapping.sync());
            }
        }
        put(from, data);
    }

    void truncate(int to, boolean byPath) {
        require(byPath ? CALLS.truncate(path, to) : CALLS.ftruncate(descriptor, to));
        if (to < size) {
            Arrays.fill(model, to, size, (byte) 0);
        }
        size = to;
    }

    void allocate(int from, int length, boolean keepsSize) {
        require(CALLS.fallocate(descriptor, keepsSize ? FALLOC_FL_KEEP_SIZE : 0, from, length));
        grow(from + length, keepsSize);
    }

    void punch(int from, int length) {
        require(CALLS.fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from, length));
        clear(from, length);
    }

    void zero(int from, int length, boolean keepsSize) {
        int mode = FALLOC_FL_ZERO_RANGE | (keepsSize ? FALLOC_FL_KEEP_SIZE : 0);
        require(CALLS.fallocate(descriptor, mode, from, length));
        clear(from, length);
        grow(from + length, keepsSize);
    }

    /** copy_file_range(2) to another file or, where the ranges do not meet, to this one. */
    void copyTo(ModelFile target, int from, int to, int length) {
        int left = Math.max(0, Math.min(length, size - from));
        int done = 0;
        do {
            long count =
                    require(CALLS.copyFileRange(descriptor, from + done, target.descriptor, to + done, length - done));
            if (count == 0 || count > left - done) {
                requireCount(left - done, count);
                break;
            }
            target.put(to + done, Arrays.copyOfRange(model, from + done, from + done + (int) count));
            done += (int) count;
        } while (done < left);
    }

    /** What is said to be a hole holds zeros; data and holes follow each other and end where the file does. */
    void seek(int from) {
        if (from >= size) {
            requireCount(-Errno.ENXIO.code(), CALLS.lseek(descriptor, from, SEEK_HOLE));
            requireCount(-Errno.ENXIO.code(), CALLS.lseek(descriptor, from, SEEK_DATA));
            return;
        }
        int at = from;
        while (at < size) {
            long data = CALLS.lseek(descriptor, at, SEEK_DATA);
            int holeEnd = data == -Errno.ENXIO.code() ? size : (int) require(data);
            requireBetween(at, holeEnd, size);
            for (int i = at; i < holeEnd; i++) {
                if (model[i] != 0) {
                    throw new AssertionError("a hole is told of from " + at + " to " + holeEnd + " (expected: "
                            + model[i] + " at " + i + "), size " + size);
                }
            }
            if (holeEnd == size) {
                return;
            }
            at = (int) require(CALLS.lseek(descriptor, holeEnd, SEEK_HOLE));
            requireBetween(holeEnd + 1, at, size);
        }
    }

    void sync() {
        require(CALLS.fsync(descriptor));
    }

    void reopen() {
        require(CALLS.close(descriptor));
        descriptor = (int) require(CALLS.open(path, O_RDWR, 0));
        requireCount(size, CALLS.fstat(descriptor).get().size());
    }

    @Override
    public void close() {
        require(CALLS.close(descriptor));
    }

    private void put(int from, byte[] data) {
        System.arraycopy(data, 0, model, from, data.length);
        size = data.length == 0 ? size : Math.max(size, from + data.length);
    }

    private void clear(int from, int length) {
        Arrays.fill(model, from, from + length, (byte) 0);
    }

    private void grow(int end, boolean keepsSize) {
        size = keepsSize ? size : Math.max(size, end);
    }

    private void compare(int from, byte[] data, int count, int expected) {
        requireCount(expected, count);
        int at = Arrays.mismatch(data, 0, count, model, from, from + count);
        if (at >= 0) {
            throw new AssertionError(
                    "byte " + (from + at) + " is " + data[at] + " (expected: " + model[from + at] + "), size " + size);
        }
    }

    private static long require(long result) {
        if (result < 0) {
            throw new AssertionError(
                    Errno.ofCode((int) -result).map(Errno::toString).orElse("errno " + -result));
        }
        return result;
    }

    private static void requireCount(long expected, long actual) {
        if (expected != actual) {
            throw new AssertionError("result " + actual + " (expected: " + expected + ")");
        }
    }

    private static void requireBetween(long least, long actual, long most) {
        if (actual < least || actual > most) {
            throw new AssertionError("offset " + actual + " (expected: " + least + " to " + most + ")");
        }
    }
}
