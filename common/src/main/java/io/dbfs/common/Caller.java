package io.dbfs.common;

/**
 * The process on whose behalf an operation is done, as the kernel reports it. Ids are unsigned 32 bit.
 *
 * @param umask the bits that create, mkdir and mknod take off the mode they are asked for, where the directory has no
 *     default ACL; 0 where the kernel has done so
 */
public record Caller(int uid, int gid, int pid, int umask) {
    /** The system itself. */
    public static final Caller ROOT = new Caller(0, 0, 0);

    /** One whose umask has been applied, or does not matter. */
    public Caller(int uid, int gid, int pid) {
        this(uid, gid, pid, 0);
    }

    /** The same with a umask. */
    public Caller withUmask(int newUmask) {
        return new Caller(uid, gid, pid, newUmask);
    }
}
