package io.dbfs.fuse;

import io.dbfs.common.Errno;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** System calls that the JDK does not offer, made as a program would. Results are those of the call, or -errno. */
final class Posix {
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_TRUNC = 01000;
    static final int O_APPEND = 02000;
    static final int O_DIRECT = 040000;
    static final int O_TMPFILE = 020200000;
    static final int RENAME_NOREPLACE = 1;
    static final int RENAME_EXCHANGE = 2;
    static final int SEEK_DATA = 3;
    static final int SEEK_HOLE = 4;
    static final int AT_FDCWD = -100;
    static final int AT_EMPTY_PATH = 0x1000;

    private static final LibraryCalls CALLS =
            LibraryLoader.create(LibraryCalls.class).failImmediately().load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(CALLS);
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_BYTES = 256;

    private Posix() {}

    static int open(Path path, int flags, int mode) {
        return (int) result(CALLS.open(text(path), flags, mode));
    }

    static int open(byte[] path, int flags, int mode) {
        return (int) result(CALLS.open(text(path), flags, mode));
    }

    static int close(int descriptor) {
        return (int) result(CALLS.close(descriptor));
    }

    static long pwrite(int descriptor, byte[] data, long offset) {
        return result(CALLS.pwrite(descriptor, data, data.length, offset));
    }

    static long write(int descriptor, byte[] data) {
        return result(CALLS.write(descriptor, data, data.length));
    }

    static byte[] pread(int descriptor, int length, long offset) {
        byte[] data = new byte[length];
        long count = result(CALLS.pread(descriptor, data, length, offset));
        if (count < 0) {
            throw new AssertionError("pread: " + Errno.ofCode((int) -count));
        }
        return Arrays.copyOf(data, (int) count);
    }

    static int ftruncate(int descriptor, long length) {
        return (int) result(CALLS.ftruncate(descriptor, length));
    }

    static int fchmod(int descriptor, int mode) {
        return (int) result(CALLS.fchmod(descriptor, mode));
    }

    static int fsync(int descriptor) {
        return (int) result(CALLS.fsync(descriptor));
    }

    static int syncfs(int descriptor) {
        return (int) result(CALLS.syncfs(descriptor));
    }

    static int fallocate(int descriptor, int mode, long offset, long length) {
        return (int) result(CALLS.fallocate(descriptor, mode, offset, length));
    }

    static long lseek(int descriptor, long offset, int whence) {
        return result(CALLS.lseek(descriptor, offset, whence));
    }

    static int rename(Path from, Path to, int flags) {
        return (int) result(CALLS.renameat2(AT_FDCWD, text(from), AT_FDCWD, text(to), flags));
    }

    static int unlink(Path path) {
        return (int) result(CALLS.unlink(text(path)));
    }

    static int setxattr(Path path, String name, byte[] value) {
        byte[] nameText = text(name.getBytes(StandardCharsets.UTF_8));
        return (int) result(CALLS.setxattr(text(path), nameText, value, value.length, 0));
    }

    static int mkfifo(Path path, int mode) {
        return (int) result(CALLS.mkfifo(text(path), mode));
    }

    /** Size and link count of an open file, by statx(2) without a path. */
    static Stat fstat(int descriptor) {
        Pointer memory = Memory.allocateDirect(RUNTIME, STATX_BYTES, true);
        long result = result(CALLS.statx(descriptor, text(new byte[0]), AT_EMPTY_PATH, STATX_BASIC_STATS, memory));
        if (result < 0) {
            throw new AssertionError("statx: " + Errno.ofCode((int) -result));
        }
        return new Stat(memory.getInt(16), memory.getLong(40), memory.getShort(28) & 0xffff);
    }

    /** A stat of a path that is repeated: nothing is allocated for a call. */
    static Runnable repeatedStat(Path path) {
        byte[] text = text(path);
        Pointer memory = Memory.allocateDirect(RUNTIME, STATX_BYTES, true);
        return () -> {
            long result = result(CALLS.statx(AT_FDCWD, text, 0, STATX_BASIC_STATS, memory));
            if (result < 0) {
                throw new AssertionError("statx: " + Errno.ofCode((int) -result));
            }
        };
    }

    private static byte[] text(Path path) {
        return text(path.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] text(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    private static long result(long returned) {
        return returned >= 0 ? returned : -LastError.getLastError(RUNTIME);
    }

    /** Part of what stat(2) tells. */
    record Stat(int linkCount, long sizeBytes, int mode) {}

    /** The C library's own names. */
    public interface LibraryCalls {
        int open(byte[] path, int flags, int mode);

        int close(int descriptor);

        long pwrite(int descriptor, byte[] data, long length, long offset);

        long write(int descriptor, byte[] data, long length);

        long pread(int descriptor, byte[] data, long length, long offset);

        int ftruncate(int descriptor, long length);

        int fchmod(int descriptor, int mode);

        int fsync(int descriptor);

        int syncfs(int descriptor);

        int fallocate(int descriptor, int mode, long offset, long length);

        long lseek(int descriptor, long offset, int whence);

        int renameat2(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags);

        int unlink(byte[] path);

        int setxattr(byte[] path, byte[] name, byte[] value, long length, int flags);

        int mkfifo(byte[] path, int mode);

        int statx(int descriptor, byte[] path, int flags, int mask, Pointer target);
    }
}
