package io.dbfs.fuse.libfuse;

import java.time.Duration;

/** A connection to the kernel that threads of its own serve. */
public interface Session {
    /** Waits for the kernel's end of the connection and the last thread; false when they were not there in time. */
    boolean awaitEnd(Duration timeout) throws InterruptedException;

    /** Frees what the session holds; called once, after its end. */
    void dispose();
}
