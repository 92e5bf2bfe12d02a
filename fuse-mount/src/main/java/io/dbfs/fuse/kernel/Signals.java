package io.dbfs.fuse.kernel;

/** What the kernel tells of signals that threads have got. Thread-safe. */
@FunctionalInterface
interface Signals {
    /** Whether this thread is about to be killed, or is gone; false where that cannot be known. */
    boolean isDying(int pid);
}
