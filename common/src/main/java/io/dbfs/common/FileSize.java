package io.dbfs.common;

/** How large a file can be. */
public final class FileSize {
    /** 16 TiB, as on ext4 with blocks of 4 KiB. */
    public static final long BYTES_MAX = 1L << 44;

    private FileSize() {}
}
