package io.dbfs.raft.rocksdb;

import io.dbfs.raft.DamagedStorageException;
import io.dbfs.raft.KvStore;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A state in RocksDB: one column family, so that keys and applied index reach the disk together, and no write-ahead
 * log, since the Raft log replays what a crash takes away. A broken disk shows as {@link IllegalStateException}.
 */
public final class RocksKvStore implements KvStore {
    private static final Logger LOG = LoggerFactory.getLogger(RocksKvStore.class);
    private static final long CLOSE_TIMEOUT_MILLIS = 1000;

    private final Generations generations;
    private final RocksOptions limits;
    private final Consumer<DamagedStorageException> damaged;

    private volatile Database database;
    private volatile long appliedIndex;
    private volatile boolean closed;

    private RocksKvStore(
            Generations generations,
            RocksOptions limits,
            Database database,
            Consumer<DamagedStorageException> damaged) {
        this.generations = generations;
        this.limits = limits;
        this.damaged = damaged;
        this.database = database;
        this.appliedIndex = AppliedIndex.read(database, database.readOptions());
    }

    /**
     * Opens the store in a directory, which is made for a new one. One process at a time has it open.
     *
     * @param damaged is told of damage that a later read finds; must not block
     * @throws DamagedStorageException when it is damaged, as far as that can be seen now
     */
    public static RocksKvStore open(Path directory, RocksOptions limits, Consumer<DamagedStorageException> damaged)
            throws IOException {
        Generations generations = new Generations(directory);
        Path newest = generations.openNewest();
        Damage.requireNone(newest);
        Database database = Database.open(newest, limits, damaged);
        try {
            return new RocksKvStore(generations, limits, database, damaged);
        } catch (IllegalStateException e) {
            database.retire();
            DamagedStorageException damage = DamagedStorageException.in(e);
            if (damage != null) {
                throw damage;
            }
            throw e;
        }
    }

    @Override
    public long appliedIndex() {
        requireOpen();
        return appliedIndex;
    }

    @Override
    public void commit(long index, List<Mutation> mutations) {
        if (index <= appliedIndex) {
            throw new IllegalArgumentException("index: " + index + " (expected: > " + appliedIndex + ")");
        }
        Database used = acquire();
        try {
            new Commit(used).write(index, mutations);
        } finally {
            used.release();
        }
        appliedIndex = index;
    }

    @Override
    public StateView view() {
        return new RocksView(this);
    }

    @Override
    public StateView live() {
        requireOpen();
        return new LiveRocksView(this);
    }

    @Override
    public void checkpoint(Path directory) throws IOException {
        Database used = acquire();
        try (FlushOptions flush = new FlushOptions().setWaitForFlush(true);
                Checkpoint checkpoint = Checkpoint.create(used.rocks())) {
            // Without a write-ahead log, what is in memory alone is in no checkpoint.
            used.rocks().flush(flush);
            checkpoint.createCheckpoint(directory.toString());
        } catch (RocksDBException e) {
            throw new IOException("cannot write the checkpoint " + directory, used.failure("checkpoint", e));
        } finally {
            used.release();
        }
    }

    @Override
    public void restore(Path checkpoint) throws IOException {
        requireOpen();
        if (!Files.isDirectory(checkpoint)) {
            throw new IOException("no checkpoint: " + checkpoint);
        }
        Database old = database;
        Database restored = Database.open(generations.adopt(checkpoint, old.directory()), limits, damaged);
        long index = AppliedIndex.read(restored, restored.readOptions());
        database = restored;
        appliedIndex = index;
        // Its folder is removed by the next open: a view may still read it.
        old.retire();
    }

    @Override
    public void close() {
        closed = true;
        Database last = database;
        last.retire();
        try {
            if (!last.awaitFreed(CLOSE_TIMEOUT_MILLIS)) {
                LOG.warn("close {}: still in use, freed when the last view is closed", last.directory());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The database, with a use begun that the caller releases. */
    Database acquire() {
        while (true) {
            requireOpen();
            Database used = database;
            // A retired one has been replaced by a restore just now, or the store has been closed.
            if (used.tryAcquire()) {
                return used;
            }
        }
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }
}
