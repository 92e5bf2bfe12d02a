package io.dbfs.raft.rocksdb;

/**
 * How much a store may take.
 *
 * @param blockCacheBytes for blocks of its files, their indexes and filters
 * @param memtableBytes what is gathered in memory before it becomes a file; up to {@link #MEMTABLES_MAX} such exist
 * @param openFilesMax files held open
 */
public record RocksOptions(long blockCacheBytes, long memtableBytes, int openFilesMax) {
    static final int MEMTABLES_MAX = 3;

    private static final long MEBIBYTE = 1L << 20;

    public RocksOptions {
        requirePositive("blockCacheBytes", blockCacheBytes);
        requirePositive("memtableBytes", memtableBytes);
        requirePositive("openFilesMax", openFilesMax);
    }

    /** About 64 MiB in all. */
    public static RocksOptions defaults() {
        return new RocksOptions(32 * MEBIBYTE, 8 * MEBIBYTE, 256);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
