package io.dbfs.fuse.libfuse;

import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/** The calls into the C library. Addresses and sizes are plain longs: nothing is allocated for a call. */
public final class LibC {
    private static final Functions FUNCTIONS =
            LibraryLoader.create(Functions.class).failImmediately().load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(FUNCTIONS);

    private LibC() {}

    /** Whether this process acts as root. */
    public static boolean isRoot() {
        return FUNCTIONS.geteuid() == 0;
    }

    /** umount2(2): 0, or the negated errno. */
    static int unmount(String path, int flags) {
        return FUNCTIONS.umount2(path, flags) == 0 ? 0 : -LastError.getLastError(RUNTIME);
    }

    /** read(2): the number of bytes, or the negated errno. */
    public static long read(int descriptor, long address, long length) {
        long count = FUNCTIONS.read(descriptor, address, length);
        return count >= 0 ? count : -LastError.getLastError(RUNTIME);
    }

    /** write(2): the number of bytes, or the negated errno. */
    public static long write(int descriptor, long address, long length) {
        long count = FUNCTIONS.write(descriptor, address, length);
        return count >= 0 ? count : -LastError.getLastError(RUNTIME);
    }

    /** The C library's own names; public because the generated implementation lives in another class loader. */
    public interface Functions {
        int geteuid();

        int umount2(String path, int flags);

        long read(int descriptor, long address, long length);

        long write(int descriptor, long address, long length);
    }
}
