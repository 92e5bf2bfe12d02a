package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FileSize;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.proto.ContentsOutcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Writes to one file: into memory, from there to chunks while they fill, and to the cluster in batches. Thread-safe. A
 * write blocks while memory is full; a flush while nodes or the cluster are slow.
 */
final class FileWriter {
    /** A longer write is taken in parts. */
    private static final int PART_BYTES_MAX = 1 << 20;

    private final InodeId inode;
    private final FileView view;
    private final HomeCluster home;
    private final WriteServices services;
    private final BatchCommitter committer;
    private final WriteErrors errors = new WriteErrors();

    FileWriter(InodeId inode, FileView view, HomeCluster home, WriteServices services) {
        this.inode = inode;
        this.view = view;
        this.home = home;
        this.services = services;
        this.committer = new BatchCommitter(inode, view, home, services, errors);
    }

    WriteErrors errors() {
        return errors;
    }

    /** Takes all of {@code source}; {@code append}: at the end of the file, wherever that is when it is committed. */
    void write(long offset, ByteBuffer source, boolean append) {
        int end = source.limit();
        long position = offset;
        long known = errors.count();
        while (source.position() < end) {
            int count = Math.min(end - source.position(), PART_BYTES_MAX);
            source.limit(source.position() + count);
            writePart(position, source, append ? WriteBatch.Kind.APPENDED : WriteBatch.Kind.POSITIONED, known);
            position += count;
        }
    }

    private void writePart(long offset, ByteBuffer part, WriteBatch.Kind kind, long known) {
        // Asked outside the lock, since the first time it is a request.
        int chunkSizeBytes = home.sender().placements().chunkSizeBytes();
        long deadline =
                services.nanoTime().getAsLong() + services.limits().timeout().toNanos();
        WriteBatch taken;
        while (true) {
            WriteBatch oldest;
            int required;
            view.lock.lock();
            try {
                // What was lost while this waited for room may be what it goes on from.
                errors.requireNoneSince(known);
                requireSize(kind == WriteBatch.Kind.APPENDED ? view.size() : offset, part.remaining());
                WriteBatch batch = openBatch(kind);
                oldest = batch == null ? view.batches.peekFirst() : null;
                required = batch == null ? 0 : requiredFor(batch, offset, part, chunkSizeBytes);
                if (batch != null && services.pool().reserve(required)) {
                    take(batch, offset, part, chunkSizeBytes);
                    taken = batch;
                    break;
                }
            } finally {
                view.lock.unlock();
            }
            awaitRoom(oldest, required, deadline);
        }
        services.flusher().dirty(this);
        stream(taken);
    }

    /** Said at once: refused at the commit it would take down what else is in the batch. */
    private static void requireSize(long offset, int count) {
        if (offset > FileSize.BYTES_MAX - count) {
            throw new FsException(
                    Errno.EFBIG,
                    "write up to " + offset + "+" + count + " (expected: at most " + FileSize.BYTES_MAX + ")");
        }
    }

    /** The batch to write to; null while too many wait to be committed. */
    private @Nullable WriteBatch openBatch(WriteBatch.Kind kind) {
        WriteBatch last = view.batches.peekLast();
        if (last != null && !last.isClosed()) {
            if (last.kind() == kind && !last.isFull(services.limits().batchBytes())) {
                return last;
            }
            last.close();
            services.flusher().commitSoon(this);
        }
        if (view.batches.size() >= services.limits().batchesMax()) {
            return null;
        }
        WriteBatch batch =
                new WriteBatch(kind, view.size(), services.nanoTime().getAsLong(), services.nowNanos(), home.sender());
        view.batches.addLast(batch);
        return batch;
    }

    private int requiredFor(WriteBatch batch, long offset, ByteBuffer part, int chunkSizeBytes) {
        return overwritten(batch, offset, part) == null ? batch.required(part.remaining(), chunkSizeBytes) : 0;
    }

    /** The bytes not yet on their way that {@code part} goes over exactly, or null. */
    private Source.@Nullable Logged overwritten(WriteBatch batch, long offset, ByteBuffer part) {
        if (batch.kind() == WriteBatch.Kind.APPENDED) {
            return null;
        }
        Piece piece = view.overlay.covering(offset, offset + part.remaining());
        if (piece == null) {
            return null;
        }
        Source.Logged logged = (Source.Logged) piece.source().skip(offset - piece.offset());
        return batch.mayOverwrite(logged.log(), logged.from()) ? logged : null;
    }

    private void take(WriteBatch batch, long offset, ByteBuffer part, int chunkSizeBytes) {
        int count = part.remaining();
        long position = batch.kind() == WriteBatch.Kind.APPENDED ? view.size() : offset;
        Source.Logged under = overwritten(batch, offset, part);
        if (under != null) {
            under.log().overwrite(under.from(), part);
        } else {
            batch.append(position, part, chunkSizeBytes, services.pool(), view.overlay);
        }
        batch.wrote(position + count, services.nowNanos());
        view.grow(position + count);
    }

    private void awaitRoom(@Nullable WriteBatch oldest, int required, long deadline) {
        long left = deadline - services.nanoTime().getAsLong();
        try {
            if (oldest != null) {
                oldest.done().get(Math.max(1, left), TimeUnit.NANOSECONDS);
            } else {
                // Full buffers of files that nobody flushes would never be emptied.
                services.flusher().commitAll();
                if (!services.pool().awaitRoom(required, left)) {
                    throw new FsException(Errno.ETIMEDOUT, "write buffer stayed full, writing " + inode);
                }
            }
        } catch (TimeoutException e) {
            throw new FsException(Errno.ETIMEDOUT, "commits of " + inode + " are too slow");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a batch's end is never exceptional", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FsException(Errno.EINTR, "interrupted while writing " + inode);
        }
    }

    /** Sends what is ready, so that chunks are nearly stored when they are full. */
    private void stream(WriteBatch batch) {
        List<ChunkLog> ready = new ArrayList<>(2);
        view.lock.lock();
        try {
            List<ChunkLog> logs = batch.logs();
            for (int i = 0; i < logs.size(); i++) {
                ChunkLog log = logs.get(i);
                boolean worthIt = logs.size() > 1 || log.length() >= WriteBatch.SENT_FROM_BYTES;
                if (worthIt && !log.delivery.isSealed() && log.freezeComplete() > 0) {
                    ready.add(log);
                }
            }
        } finally {
            view.lock.unlock();
        }
        for (ChunkLog log : ready) {
            try {
                log.delivery.send(log.frozen());
                if (log.isFull()) {
                    CompletableFuture<Void> unused = log.delivery
                            .seal(false)
                            .thenAccept(stored -> services.flusher().release(view, log));
                }
            } catch (FsException e) {
                committer.failAt(batch, log, e);
                throw e;
            }
        }
    }

    /** Merges times into a commit that is due anyway; false when none is. */
    boolean setTimesWithCommit(OptionalLong atimeNanos, OptionalLong mtimeNanos) {
        view.lock.lock();
        try {
            WriteBatch last = view.batches.peekLast();
            if (last == null || last.isClosed() || last.kind() == WriteBatch.Kind.APPENDED) {
                return false;
            }
            last.setTimes(atimeNanos, mtimeNanos, services.nowNanos());
            return true;
        } finally {
            view.lock.unlock();
        }
    }

    /** Commits everything written before; {@code sync}: and makes it durable. Errors go to {@link #errors}. */
    void flush(boolean sync) {
        committer.commit(closeOpenBatch(), sync);
        if (sync) {
            committer.syncStored();
        }
    }

    /** As {@link #flush}, where something is due; for the timer. */
    void commitInBackground() {
        committer.commit(closeOpenBatch(), false);
    }

    private @Nullable WriteBatch closeOpenBatch() {
        view.lock.lock();
        try {
            WriteBatch last = view.batches.peekLast();
            if (last != null) {
                last.close();
            }
            return last;
        } finally {
            view.lock.unlock();
        }
    }

    /** Commits only the batches that take no more writes. */
    void commitClosed() {
        WriteBatch newestClosed = null;
        view.lock.lock();
        try {
            for (WriteBatch batch : view.batches) {
                if (batch.isClosed()) {
                    newestClosed = batch;
                }
            }
        } finally {
            view.lock.unlock();
        }
        committer.commit(newestClosed, false);
    }

    /** truncate(2), utimensat(2), at the cluster, in order with this file's commits. */
    void change(SetContents change) {
        boolean appended = false;
        view.lock.lock();
        try {
            for (WriteBatch batch : view.batches) {
                appended |= batch.kind() == WriteBatch.Kind.APPENDED;
            }
        } finally {
            view.lock.unlock();
        }
        if (appended || change.sizeBytes().isEmpty()) {
            flush(false);
        }
        committer.change(change);
    }

    /** Makes a hole of a range, in order with this file's commits; the file gets longer unless it keeps its size. */
    void zero(long offset, long length, boolean keepsSize) {
        flush(false);
        committer.zero(offset, length, keepsSize ? 0 : offset + length);
    }

    /** The file is at least this long afterwards. */
    void extend(long end) {
        flush(false);
        committer.zero(end, 0, end);
    }

    /**
     * Refers to a range of a file in the same cluster, step by step; what was written to either is committed.
     *
     * @return bytes done: fewer than asked where the source ends, or where time ran out
     */
    long copyFrom(InodeId source, long from, long to, long length) {
        long deadline =
                services.nanoTime().getAsLong() + services.limits().timeout().toNanos();
        long done = 0;
        while (done < length && (done == 0 || services.nanoTime().getAsLong() - deadline < 0)) {
            ContentsOutcome step = committer.copyFrom(source, from + done, to + done, length - done);
            done += step.getClonedBytes();
            if (step.getCloneComplete()) {
                break;
            }
        }
        return done;
    }

    /** Whether something is not committed; and since when the oldest waits, by the monotonic clock. */
    OptionalLong dirtySinceNanos() {
        view.lock.lock();
        try {
            WriteBatch oldest = view.batches.peekFirst();
            return oldest == null ? OptionalLong.empty() : OptionalLong.of(oldest.begunNanos());
        } finally {
            view.lock.unlock();
        }
    }

    InodeId inode() {
        return inode;
    }
}
