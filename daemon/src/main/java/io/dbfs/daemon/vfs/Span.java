package io.dbfs.daemon.vfs;

/**
 * Bytes of a file.
 *
 * @param offset of the first
 * @param length of at least 1, but for {@link #ALL}
 */
record Span(long offset, long length) {
    /** From the first to the last byte, wherever that is. */
    static final Span ALL = new Span(0, 0);
}
