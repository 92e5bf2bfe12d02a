package io.dbfs.daemon.vfs;

/**
 * Bytes of a file.
 *
 * @param offset of the first
 * @param length of at least 1
 */
record Span(long offset, long length) {}
