package io.dbfs.fuse.libfuse;

import io.dbfs.fuse.MountException;
import java.util.Locale;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.IgnoreError;

/**
 * The calls into libfuse 2.9, named as there without the prefix {@code fuse_} and in Java's letter case. Only symbols
 * whose default version is the newest are here: a plain lookup of {@code fuse_new} would find an ancient one.
 */
public interface LibFuse {
    /** The library, loaded once. */
    static LibFuse instance() {
        return Holder.INSTANCE;
    }

    /** fuse_setup: mounts and makes a path-API session; null on failure, explained on stderr. */
    @IgnoreError
    Pointer setup(
            int argumentCount,
            Pointer arguments,
            Pointer operations,
            long operationsSize,
            Pointer mountPointCell,
            Pointer multithreadedCell,
            Pointer userData);

    /** fuse_mount: mounts; the channel to the kernel, or null on failure, explained on stderr. */
    @IgnoreError
    Pointer mount(String mountPoint, Pointer arguments);

    /** fuse_unmount: closes the channel, and unmounts when that has not been done. */
    @IgnoreError
    void unmount(String mountPoint, Pointer channel);

    /** fuse_destroy: frees a path-API session. */
    @IgnoreError
    void destroy(Pointer fuse);

    @IgnoreError
    Pointer getSession(Pointer fuse);

    @IgnoreError
    Pointer sessionNextChan(Pointer session, Pointer previous);

    @IgnoreError
    int chanFd(Pointer channel);

    @IgnoreError
    long chanBufsize(Pointer channel);

    /** fuse_chan_recv: waits for a request; its length, 0 at the end, or a negated errno. */
    @IgnoreError
    int chanRecv(long channelCell, long buffer, long size);

    @IgnoreError
    void sessionProcess(long session, long buffer, long length, long channel);

    /** fuse_get_context: who asks, valid inside of a callback. */
    @IgnoreError
    Pointer getContext();

    /** Loads the library on first use. */
    final class Holder {
        private static final LibFuse INSTANCE = load();

        private Holder() {}

        private static LibFuse load() {
            try {
                return LibraryLoader.create(LibFuse.class)
                        .mapper((name, context) -> "fuse_" + snakeCase(name))
                        .failImmediately()
                        .load("libfuse.so.2");
            } catch (UnsatisfiedLinkError e) {
                throw new MountException("libfuse.so.2 cannot be loaded (install the package libfuse2)", e);
            }
        }

        private static String snakeCase(String name) {
            return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        }
    }
}
