package io.dbfs.cluster.chunk;

/**
 * How full a store is.
 *
 * @param chunks number of sealed chunks
 * @param bytes their length in all
 * @param usableFreeBytes what it still takes, its reserve and what chunks under way will need already taken off
 */
public record ChunkUsage(long chunks, long bytes, long usableFreeBytes) {}
