package io.dbfs.test.posix.libc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongSupplier;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * System calls as one user. Each returns what the call returns, or the negative errno. Paths and names are strings whose
 * characters are the bytes (ISO 8859-1), so that any name can be written. Safe for use by many threads.
 */
public final class LibC {
    static final NativeCalls CALLS =
            LibraryLoader.create(NativeCalls.class).failImmediately().load("c");
    static final Runtime RUNTIME = Runtime.getRuntime(CALLS);

    private static final int STATX_STATS_AND_BIRTH = 0xfff;
    private static final int STATX_BYTES = 256;
    private static final int STATVFS_BYTES = 256;
    private static final int CLONE_FS = 0x200;
    private static final int LIST_BYTES_MAX = 65_536;

    private final Credentials credentials;

    private LibC(User user) {
        this.credentials = new Credentials(user);
    }

    /** The calls of a user; any but root needs this process to be root. */
    public static LibC as(User user) {
        return new LibC(user);
    }

    /** Whether this process may act as any user. */
    public static boolean isRoot() {
        return CALLS.getuid() == 0;
    }

    /** Gives the calling thread a umask and a working directory of its own, as a process has. */
    public static void separateUmask() {
        if (CALLS.unshare(CLONE_FS) != 0) {
            throw new IllegalStateException("unshare(CLONE_FS) failed");
        }
    }

    /** Sets the umask (of all threads, but for those that separated theirs); returns the one before. */
    public static int umask(int mask) {
        return CALLS.umask(mask);
    }

    public int open(String path, int flags, int mode) {
        byte[] text = text(path);
        return (int) call(() -> CALLS.open(text, flags, mode));
    }

    public int open(String path, int flags) {
        return open(path, flags, 0);
    }

    public int close(int descriptor) {
        return (int) call(() -> CALLS.close(descriptor));
    }

    public int dup(int descriptor) {
        return (int) call(() -> CALLS.dup(descriptor));
    }

    public long write(int descriptor, byte[] data) {
        return call(() -> CALLS.write(descriptor, data, data.length));
    }

    public long pwrite(int descriptor, byte[] data, long offset) {
        return call(() -> CALLS.pwrite(descriptor, data, data.length, offset));
    }

    public long read(int descriptor, byte[] data) {
        return call(() -> CALLS.read(descriptor, data, data.length));
    }

    public long pread(int descriptor, byte[] data, long offset) {
        return call(() -> CALLS.pread(descriptor, data, data.length, offset));
    }

    public long pread(int descriptor, AlignedMemory memory, long length, long offset) {
        return call(() -> CALLS.pread(descriptor, memory.address(), length, offset));
    }

    public long pwrite(int descriptor, AlignedMemory memory, long length, long offset) {
        return call(() -> CALLS.pwrite(descriptor, memory.address(), length, offset));
    }

    public long lseek(int descriptor, long offset, int whence) {
        return call(() -> CALLS.lseek(descriptor, offset, whence));
    }

    public int truncate(String path, long length) {
        byte[] text = text(path);
        return (int) call(() -> CALLS.truncate(text, length));
    }

    public int ftruncate(int descriptor, long length) {
        return (int) call(() -> CALLS.ftruncate(descriptor, length));
    }

    /** {@code mode} holds FALLOC_FL_ bits of {@link Constants}. */
    public int fallocate(int descriptor, int mode, long offset, long length) {
        return (int) call(() -> CALLS.fallocate(descriptor, mode, offset, length));
    }

    public long copyFileRange(int source, long sourceOffset, int target, long targetOffset, long length) {
        Pointer from = Memory.allocateDirect(RUNTIME, Long.BYTES);
        from.putLong(0, sourceOffset);
        Pointer to = Memory.allocateDirect(RUNTIME, Long.BYTES);
        to.putLong(0, targetOffset);
        return call(() -> CALLS.copy_file_range(source, from, target, to, length, 0));
    }

    public int fsync(int descriptor) {
        return (int) call(() -> CALLS.fsync(descriptor));
    }

    public int fdatasync(int descriptor) {
        return (int) call(() -> CALLS.fdatasync(descriptor));
    }

    public int chmod(String path, int mode) {
        byte[] text = text(path);
        return (int) call(() -> CALLS.chmod(text, mode));
    }

    public int fchmod(int descriptor, int mode) {
        return (int) call(() -> CALLS.fchmod(descriptor, mode));
    }

    /** Of the path itself, also where it is a symlink. */
    public int lchown(String path, int uid, int gid) {
        byte[] text = text(path);
        return (int) call(() -> CALLS.lchown(text, uid, gid));
    }

    public int fchown(int descriptor, int uid, int gid) {
        return (int) call(() -> CALLS.fchown(descriptor, uid, gid));
    }

    public int mkdir(String path, int mode) {
        byte[] text = text(path);
        return (int) call(() -> CALLS.mkdir(text, mode));
    }

    public int rmdir(String path) {
        byte[] text = text(path);
        return (int) call(() -> CALLS.rmdir(text));
    }

    public int unlink(String path) {
        byte[] text = text(path);
        return (int) call(() -> CALLS.unlink(text));
    }

    public int rename(String from, String to, int flags) {
        byte[] source = text(from);
        byte[] target = text(to);
        return (int) call(() -> CALLS.renameat2(Constants.AT_FDCWD, source, Constants.AT_FDCWD, target, flags));
    }

    public int rename(String from, String to) {
        return rename(from, to, 0);
    }

    public int link(String from, String to, int flags) {
        byte[] source = text(from);
        byte[] target = text(to);
        return (int) call(() -> CALLS.linkat(Constants.AT_FDCWD, source, Constants.AT_FDCWD, target, flags));
    }

    public int link(String from, String to) {
        return link(from, to, 0);
    }

    /** linkat(2) of an open file (AT_EMPTY_PATH). */
    public int link(int descriptor, String to) {
        byte[] target = text(to);
        return (int)
                call(() -> CALLS.linkat(descriptor, text(""), Constants.AT_FDCWD, target, Constants.AT_EMPTY_PATH));
    }

    public int symlink(String target, String path) {
        byte[] to = text(target);
        byte[] text = text(path);
        return (int) call(() -> CALLS.symlink(to, text));
    }

    /** Fills {@code target}; returns how many bytes. */
    public long readlink(String path, byte[] target) {
        byte[] text = text(path);
        return call(() -> CALLS.readlink(text, target, target.length));
    }

    public int access(String path, int mode) {
        byte[] text = text(path);
        return (int) call(() -> CALLS.access(text, mode));
    }

    public int mknod(String path, int mode, long device) {
        byte[] text = text(path);
        return (int) call(() -> CALLS.mknod(text, mode, device));
    }

    /** Follows a symlink. */
    public Outcome<Stat> stat(String path) {
        return statx(Constants.AT_FDCWD, path, 0);
    }

    public Outcome<Stat> lstat(String path) {
        return statx(Constants.AT_FDCWD, path, Constants.AT_SYMLINK_NOFOLLOW);
    }

    public Outcome<Stat> fstat(int descriptor) {
        return statx(descriptor, "", Constants.AT_EMPTY_PATH);
    }

    private Outcome<Stat> statx(int directory, String path, int flags) {
        Pointer memory = Memory.allocateDirect(RUNTIME, STATX_BYTES, true);
        byte[] text = text(path);
        long result = call(() -> CALLS.statx(directory, text, flags, STATX_STATS_AND_BIRTH, memory));
        return result < 0 ? Outcome.failed(result) : Outcome.of(Stat.of(memory));
    }

    public Outcome<Statvfs> statvfs(String path) {
        Pointer memory = Memory.allocateDirect(RUNTIME, STATVFS_BYTES, true);
        byte[] text = text(path);
        long result = call(() -> CALLS.statvfs(text, memory));
        return result < 0 ? Outcome.failed(result) : Outcome.of(Statvfs.of(memory));
    }

    /** Times are nanoseconds since the epoch, or UTIME_NOW or UTIME_OMIT of {@link Constants}. */
    public int utimens(String path, long atime, long mtime, int flags) {
        byte[] text = text(path);
        Pointer times = times(atime, mtime);
        return (int) call(() -> CALLS.utimensat(Constants.AT_FDCWD, text, times, flags));
    }

    public int futimens(int descriptor, long atime, long mtime) {
        Pointer times = times(atime, mtime);
        return (int) call(() -> CALLS.futimens(descriptor, times));
    }

    private static Pointer times(long atime, long mtime) {
        Pointer times = Memory.allocateDirect(RUNTIME, 32, true);
        putTime(times, 0, atime);
        putTime(times, 16, mtime);
        return times;
    }

    private static void putTime(Pointer times, int offset, long time) {
        boolean special = time == Constants.UTIME_NOW || time == Constants.UTIME_OMIT;
        times.putLong(offset, special ? 0 : Math.floorDiv(time, 1_000_000_000L));
        times.putLong(offset + 8, special ? time : Math.floorMod(time, 1_000_000_000L));
    }

    public int setxattr(String path, String name, byte[] value, int flags) {
        byte[] text = text(path);
        byte[] key = text(name);
        return (int) call(() -> CALLS.setxattr(text, key, value, value.length, flags));
    }

    public int lsetxattr(String path, String name, byte[] value, int flags) {
        byte[] text = text(path);
        byte[] key = text(name);
        return (int) call(() -> CALLS.lsetxattr(text, key, value, value.length, flags));
    }

    public int fsetxattr(int descriptor, String name, byte[] value, int flags) {
        byte[] key = text(name);
        return (int) call(() -> CALLS.fsetxattr(descriptor, key, value, value.length, flags));
    }

    /** Fills {@code value}, or tells the size where that is empty. */
    public long getxattr(String path, String name, byte[] value) {
        byte[] text = text(path);
        byte[] key = text(name);
        return call(() -> CALLS.getxattr(text, key, value, value.length));
    }

    public long fgetxattr(int descriptor, String name, byte[] value) {
        byte[] key = text(name);
        return call(() -> CALLS.fgetxattr(descriptor, key, value, value.length));
    }

    public int removexattr(String path, String name) {
        byte[] text = text(path);
        byte[] key = text(name);
        return (int) call(() -> CALLS.removexattr(text, key));
    }

    /** The names, one after the other, each ended by NUL. */
    public Outcome<String> listxattr(String path) {
        byte[] text = text(path);
        byte[] list = new byte[LIST_BYTES_MAX];
        long length = call(() -> CALLS.listxattr(text, list, list.length));
        return length < 0 ? Outcome.failed(length) : Outcome.of(string(list, (int) length));
    }

    /** Opens a directory for reading; close it. */
    public Outcome<DirectoryStream> opendir(String path) {
        byte[] text = text(path);
        Pointer[] opened = new Pointer[1];
        long result = call(() -> {
            opened[0] = CALLS.opendir(text);
            return opened[0] == null ? -1 : 0;
        });
        return result < 0 ? Outcome.failed(result) : Outcome.of(new DirectoryStream(opened[0]));
    }

    /** Maps a file shared, for reading and writing; close it. */
    public Outcome<Mapping> map(int descriptor, long length, boolean writable) {
        return Mapping.map(this, descriptor, length, writable);
    }

    long call(LongSupplier call) {
        return credentials.call(call);
    }

    static String string(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static byte[] text(String string) {
        byte[] bytes = string.getBytes(StandardCharsets.ISO_8859_1);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}
