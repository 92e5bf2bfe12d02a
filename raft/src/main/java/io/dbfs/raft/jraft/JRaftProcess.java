package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.storage.impl.RocksDBLogStorage;
import com.alipay.sofa.jraft.util.StorageOptionsFactory;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.RocksDB;

/**
 * What JRaft keeps in static fields and system properties, set once before its classes load: pools and logs of a size
 * for many small groups in one process. A property that is set already stays as it is.
 */
final class JRaftProcess {
    private static final long LOG_MEMTABLE_BYTES = 8 << 20;
    private static final int LOG_MEMTABLES_MAX = 3;
    private static final long LOG_WAL_BYTES_MAX = 64 << 20;
    private static final int LOG_FILES_RECYCLED = 2;
    private static final int LOG_OPEN_FILES_MAX = 64;

    static {
        setDefault("jraft.timer.global_election_timer_workers", 1);
        setDefault("jraft.timer.global_vote_timer_workers", 1);
        setDefault("jraft.timer.global_step_down_timer_workers", 1);
        setDefault("jraft.timer.global_snapshot_timer_workers", 1);
        setDefault("jraft.timer.global_scheduler_workers", 2);
        setDefault("jraft.append.entries.threads.send", 2);
        setDefault("jraft.closure.threadpool.size.min", 2);
        setDefault("jraft.internal.closure.threadpool.size.min", 1);
        setDefault("com.google.protobuf.use_unsafe_pre22_gencode", true);
        RocksDB.loadLibrary();
        StorageOptionsFactory.registerRocksDBOptions(RocksDBLogStorage.class, logOptions());
        StorageOptionsFactory.registerRocksDBColumnFamilyOptions(RocksDBLogStorage.class, columnFamilyOptions());
        StorageOptionsFactory.registerRocksDBTableFormatConfig(
                RocksDBLogStorage.class, new BlockBasedTableConfig().setNoBlockCache(true));
    }

    private JRaftProcess() {}

    /** Makes sure that all is set. */
    static void prepare() {
        // The static initializer has done it.
    }

    private static void setDefault(String property, Object value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value.toString());
        }
    }

    private static DBOptions logOptions() {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                // Syncing into a file that has its blocks already is cheaper than into a growing one.
                .setRecycleLogFileNum(LOG_FILES_RECYCLED)
                // Else the family of configurations, written once, would keep every file from being used again.
                .setAtomicFlush(true)
                .setMaxTotalWalSize(LOG_WAL_BYTES_MAX)
                .setMaxOpenFiles(LOG_OPEN_FILES_MAX)
                .setMaxBackgroundJobs(2)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
    }

    private static ColumnFamilyOptions columnFamilyOptions() {
        return new ColumnFamilyOptions()
                .setWriteBufferSize(LOG_MEMTABLE_BYTES)
                .setMaxWriteBufferNumber(LOG_MEMTABLES_MAX);
    }
}
