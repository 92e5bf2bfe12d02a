package io.dbfs.raft.rocksdb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * An open RocksDB with its native objects, counted by those who use it: they are freed after the last use, because
 * RocksDB crashes the process that touches a freed one. Thread-safe.
 */
final class Database {
    private static final int BLOOM_BITS_PER_KEY = 10;
    private static final int BACKGROUND_JOBS = 2;
    private static final long LOG_FILE_BYTES = 1 << 20;
    private static final int LOG_FILES = 2;

    static {
        RocksDB.loadLibrary();
    }

    /** Native objects, the ones to be freed first at the front. */
    private final Deque<AutoCloseable> handles = new ArrayDeque<>();

    private final Path directory;
    private final RocksDB rocks;
    private final ReadOptions readOptions;
    private final WriteOptions writeOptions;
    private final WriteBatch batch;

    /** Uses in progress, and one more until {@link #retire}. */
    private int users = 1;

    private boolean retired;
    private final CountDownLatch freed = new CountDownLatch(1);

    private Database(Path directory, RocksOptions limits) throws RocksDBException {
        this.directory = directory;
        LRUCache cache = own(new LRUCache(limits.blockCacheBytes()));
        BloomFilter filter = own(new BloomFilter(BLOOM_BITS_PER_KEY));
        Options options = own(options(limits, cache, filter));
        rocks = own(RocksDB.open(options, directory.toString()));
        readOptions = own(new ReadOptions());
        // The Raft log replays what a crash takes from the memtables.
        writeOptions = own(new WriteOptions().setDisableWAL(true));
        batch = own(new WriteBatch());
    }

    static Database open(Path directory, RocksOptions limits) throws IOException {
        try {
            return new Database(directory, limits);
        } catch (RocksDBException e) {
            throw new IOException("cannot open the store " + directory, e);
        }
    }

    Path directory() {
        return directory;
    }

    RocksDB rocks() {
        return rocks;
    }

    ReadOptions readOptions() {
        return readOptions;
    }

    /** Writes of the committing thread. */
    WriteOptions writeOptions() {
        return writeOptions;
    }

    /** The committing thread's batch, kept so that a commit need not make one. */
    WriteBatch batch() {
        return batch;
    }

    /** Begins a use, which {@link #release} ends; false where the database is retired. */
    synchronized boolean tryAcquire() {
        if (retired) {
            return false;
        }
        users++;
        return true;
    }

    synchronized void release() {
        users--;
        if (users == 0) {
            free();
        }
    }

    /** Lets no further use begin; those in progress end in peace. */
    synchronized void retire() {
        if (!retired) {
            retired = true;
            release();
        }
    }

    /** Waits until all is freed; false where a use outlasts the wait. */
    boolean awaitFreed(long timeoutMillis) throws InterruptedException {
        return freed.await(timeoutMillis, TimeUnit.MILLISECONDS);
    }

    private void free() {
        for (AutoCloseable handle : handles) {
            try {
                handle.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot free " + handle + " of " + directory, e);
            }
        }
        freed.countDown();
    }

    private <T extends AutoCloseable> T own(T handle) {
        handles.addFirst(handle);
        return handle;
    }

    private static Options options(RocksOptions limits, LRUCache cache, BloomFilter filter) {
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setFilterPolicy(filter)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true);
        return new Options()
                .setCreateIfMissing(true)
                .setTableFormatConfig(table)
                .setWriteBufferSize(limits.memtableBytes())
                .setMaxWriteBufferNumber(RocksOptions.MEMTABLES_MAX)
                .setMaxOpenFiles(limits.openFilesMax())
                .setMaxBackgroundJobs(BACKGROUND_JOBS)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(LOG_FILE_BYTES)
                .setKeepLogFileNum(LOG_FILES)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
    }
}
