package io.dbfs.fuse.kernel;

/** What threads of this process do in the kernel. */
interface ThreadStates {
    /** The thread that calls, by the number that the kernel has for it. */
    String current();

    /** Whether a thread sleeps in read(2) on this descriptor, for want of anything to read. */
    boolean sleepsInRead(String thread, int descriptor);
}
