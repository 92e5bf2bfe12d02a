package io.dbfs.raft.rocksdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.raft.DamagedStorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.IndexType;
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
    private static final int CACHE_SHARD_BITS = 2;
    /** Of the cache, kept for indexes and filters before data. */
    private static final double CACHE_INDEX_SHARE = 0.5;

    private static final int BACKGROUND_JOBS = 2;
    private static final long LOG_FILE_BYTES = 1 << 20;
    private static final int LOG_FILES = 2;

    static {
        RocksDB.loadLibrary();
    }

    private final NativeHandles handles;
    private final Path directory;
    private final Consumer<DamagedStorageException> damaged;
    private final RocksDB rocks;
    private final ReadOptions readOptions;
    private final WriteOptions writeOptions;
    private final WriteBatch batch;

    private final CountDownLatch freed = new CountDownLatch(1);

    /** Uses in progress, and one more until {@link #retire}. */
    @GuardedBy("this")
    private int users = 1;

    @GuardedBy("this")
    private boolean retired;

    private Database(
            Path directory, RocksOptions limits, NativeHandles handles, Consumer<DamagedStorageException> damaged)
            throws RocksDBException {
        this.directory = directory;
        this.damaged = damaged;
        this.handles = handles;
        rocks = handles.own(RocksDB.open(options(limits, handles), directory.toString()));
        readOptions = handles.own(new ReadOptions());
        // The Raft log replays what a crash takes from the memtables.
        writeOptions = handles.own(new WriteOptions().setDisableWAL(true));
        batch = handles.own(new WriteBatch());
    }

    /**
     * Opens a database.
     *
     * @param damaged is told of damage that is found later
     * @throws DamagedStorageException when it is damaged
     */
    static Database open(Path directory, RocksOptions limits, Consumer<DamagedStorageException> damaged)
            throws IOException {
        NativeHandles handles = new NativeHandles();
        try {
            return new Database(directory, limits, handles, damaged);
        } catch (RocksDBException e) {
            handles.close();
            throw Damage.isOne(e)
                    ? Damage.of(directory, e)
                    : new IOException("cannot open the store " + directory + ": " + e.getMessage(), e);
        }
    }

    /** What a call failed with; damage is told of as well, and kept for the next start. */
    IllegalStateException failure(String what, RocksDBException e) {
        if (!Damage.isOne(e)) {
            return new IllegalStateException("cannot " + what + " " + directory + ": " + e.getMessage(), e);
        }
        DamagedStorageException damage = Damage.of(directory, e);
        Damage.mark(directory, damage);
        damaged.accept(damage);
        return new IllegalStateException("cannot " + what + " " + directory, damage);
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
            handles.close();
            freed.countDown();
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

    private static Options options(RocksOptions limits, NativeHandles handles) {
        // In parts: an index or filter of a whole file may be larger than a shard of the cache, and would then be read,
        // all of it, by every look-up.
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(
                        handles.own(new LRUCache(limits.blockCacheBytes(), CACHE_SHARD_BITS, false, CACHE_INDEX_SHARE)))
                .setFilterPolicy(handles.own(new BloomFilter(BLOOM_BITS_PER_KEY)))
                .setIndexType(IndexType.kTwoLevelIndexSearch)
                .setPartitionFilters(true)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinTopLevelIndexAndFilter(true)
                .setPinL0FilterAndIndexBlocksInCache(true);
        return handles.own(new Options())
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
