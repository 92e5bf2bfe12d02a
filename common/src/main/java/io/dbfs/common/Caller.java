package io.dbfs.common;

/** The process on whose behalf an operation is done, as the kernel reports it. Ids are unsigned 32 bit. */
public record Caller(int uid, int gid, int pid) {
    /** The system itself. */
    public static final Caller ROOT = new Caller(0, 0, 0);
}
