package io.dbfs.daemon.vfs;

import io.dbfs.common.FsException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits in the background what programs wrote and did not close. Knows every file with data that is not committed.
 * Thread-safe.
 */
final class Flusher {
    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);
    private static final long SWEEP_MILLIS = 200;

    private final ExecutorService workers;
    private final ScheduledExecutorService timer;
    private final SegmentPool pool;
    private final LongSupplier nanoTime;
    private final long commitDelayNanos;
    private final Set<FileWriter> dirty = ConcurrentHashMap.newKeySet();
    /** Those with a task waiting or running: one for each file bounds the workers' queue. */
    private final Set<FileWriter> scheduled = ConcurrentHashMap.newKeySet();

    /** {@code workers} block in requests; {@code timer} never does. Both stay the caller's to end. */
    Flusher(
            ExecutorService workers,
            ScheduledExecutorService timer,
            SegmentPool pool,
            LongSupplier nanoTime,
            Duration commitDelay) {
        this.workers = workers;
        this.timer = timer;
        this.pool = pool;
        this.nanoTime = nanoTime;
        this.commitDelayNanos = commitDelay.toNanos();
    }

    /** Begins to look after the files. */
    void start() {
        ScheduledFuture<?> unused =
                timer.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The file has data to commit. */
    void dirty(FileWriter writer) {
        dirty.add(writer);
    }

    /** Commits the batches of this file that are complete, soon. */
    void commitSoon(FileWriter writer) {
        schedule(writer, writer::commitClosed);
    }

    /** Commits everything of every file, soon: memory is short. */
    void commitAll() {
        dirty.forEach(writer -> schedule(writer, writer::commitInBackground));
    }

    /** The log is stored: its memory is free, soon. */
    void release(FileView view, ChunkLog log) {
        try {
            timer.execute(() -> {
                view.lock.lock();
                try {
                    log.release(pool);
                } finally {
                    view.lock.unlock();
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("memory of a chunk is left to the commit that ends it");
        }
    }

    /** Commits what waits for longer than the delay. */
    void sweep() {
        long now = nanoTime.getAsLong();
        for (FileWriter writer : List.copyOf(dirty)) {
            OptionalLong since = writer.dirtySinceNanos();
            if (since.isEmpty()) {
                forget(writer);
            } else if (now - since.getAsLong() >= commitDelayNanos) {
                schedule(writer, writer::commitInBackground);
            }
        }
    }

    private void forget(FileWriter writer) {
        dirty.remove(writer);
        if (writer.dirtySinceNanos().isPresent()) {
            // Written between the question and the removal.
            dirty.add(writer);
        }
    }

    private void schedule(FileWriter writer, Runnable commit) {
        if (!scheduled.add(writer)) {
            return;
        }
        try {
            workers.execute(() -> {
                scheduled.remove(writer);
                try {
                    commit.run();
                } catch (FsException e) {
                    LOG.warn("background commit of {} failed: {}", writer.inode(), e.getMessage());
                }
            });
        } catch (RejectedExecutionException e) {
            scheduled.remove(writer);
        }
    }

    /** Commits everything now, by the calling thread, within {@code timeout}; for the end of the mount. */
    void flushAll(Duration timeout) {
        long deadline = nanoTime.getAsLong() + timeout.toNanos();
        for (FileWriter writer : dirty) {
            if (nanoTime.getAsLong() - deadline >= 0) {
                LOG.error("data of {} was not committed at unmount: no time left", writer.inode());
                continue;
            }
            try {
                writer.flush(false);
            } catch (FsException e) {
                LOG.error("data of {} was not committed at unmount: {}", writer.inode(), e.getMessage());
            }
        }
    }
}
