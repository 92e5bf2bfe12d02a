package io.dbfs.fuse;

/** An open file or directory, from open to release. */
public record HandleId(long value) {}
