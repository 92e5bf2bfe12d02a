package io.dbfs.fuse;

/** When reading a file changes its atime (mount(8)). */
public enum AccessTimes {
    /** Where it is not later than mtime and ctime, or a day old: {@code relatime}, the default as on Linux. */
    RELATIVE,
    /** Each time: {@code strictatime}. */
    STRICT,
    /** {@code noatime}. */
    NEVER
}
