package io.dbfs.fuse;

/** A filesystem under a directory, from {@link Mounts#mount} until it is unmounted. Safe for use by many threads. */
public interface Mount extends AutoCloseable {
    /** Returns when the directory is unmounted, by {@link #close} or from outside, and no call into the filesystem is under way. */
    void awaitUnmounted();

    /**
     * Unmounts, also under programs that still use it, and waits (at most some seconds) until the last call into the
     * filesystem has returned. The filesystem itself stays open. A second call does nothing.
     */
    @Override
    void close();
}
