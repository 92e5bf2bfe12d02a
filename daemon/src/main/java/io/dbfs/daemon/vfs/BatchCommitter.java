package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.proto.CloneOperation;
import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.Extent;
import io.dbfs.proto.FileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a file's batches to its cluster, oldest first, one at a time, and in order with truncate and its like.
 * Thread-safe; blocks.
 */
final class BatchCommitter {
    private static final Logger LOG = LoggerFactory.getLogger(BatchCommitter.class);
    /** Longest extent of a hole: a length is an int here. */
    private static final int HOLE_BYTES_MAX = 1 << 30;

    private final InodeId inode;
    private final FileView view;
    private final HomeCluster home;
    private final WriteServices services;
    private final WriteErrors errors;
    /** Held across requests: one change of the file's contents at a time. Taken before the view's lock. */
    private final ReentrantLock order = new ReentrantLock();
    /** Guarded by {@link #order}. */
    private final Durability durability;

    BatchCommitter(InodeId inode, FileView view, HomeCluster home, WriteServices services, WriteErrors errors) {
        this.inode = inode;
        this.view = view;
        this.home = home;
        this.services = services;
        this.errors = errors;
        this.durability = new Durability(
                inode, view, home, services.durable(), services.limits().timeout(), services.nanoTime());
    }

    /**
     * Commits every batch up to {@code last}; those that fail are given up and their error kept. After the timeout the
     * rest is given up as well: whoever waits is told in bounded time.
     */
    void commit(@Nullable WriteBatch last, boolean sync) {
        if (last == null) {
            return;
        }
        long deadline =
                services.nanoTime().getAsLong() + services.limits().timeout().toNanos();
        inOrder(() -> {
            while (!last.done().isDone()) {
                WriteBatch next = oldest();
                if (next == null) {
                    return;
                }
                try {
                    requireTime(deadline);
                    commitOne(next, sync);
                } catch (FsException e) {
                    fail(next, e);
                }
            }
        });
    }

    private void requireTime(long deadline) {
        if (services.nanoTime().getAsLong() - deadline >= 0) {
            throw new FsException(Errno.ETIMEDOUT, "no time left after the batches before");
        }
    }

    private @Nullable WriteBatch oldest() {
        view.lock.lock();
        try {
            return view.batches.peekFirst();
        } finally {
            view.lock.unlock();
        }
    }

    private FileAttributes contents() {
        view.lock.lock();
        try {
            return view.contents();
        } finally {
            view.lock.unlock();
        }
    }

    private void inOrder(Runnable action) {
        try {
            if (!order.tryLock(services.limits().timeout().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new FsException(Errno.ETIMEDOUT, "commits of " + inode + " are too slow");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FsException(Errno.EINTR, "interrupted while committing " + inode);
        }
        try {
            action.run();
        } finally {
            order.unlock();
        }
    }

    private void commitOne(WriteBatch batch, boolean sync) {
        if (durability.isFull()) {
            durability.sync();
        }
        boolean inline = isInline(batch);
        if (!inline) {
            store(batch, sync);
        }
        if (sync) {
            // What stays pending is made durable after the commit: then the cluster knows these chunks.
            durability.trySync();
        }
        BatchExtents extents;
        FileAttributes before;
        view.lock.lock();
        try {
            before = view.contents();
            extents = BatchExtents.of(batch, view.overlay, inline);
        } finally {
            view.lock.unlock();
        }
        if (extents.isEmpty()
                && batch.setAtimeNanos().isEmpty()
                && batch.setMtimeNanos().isEmpty()) {
            drop(batch);
            return;
        }
        long stamp = services.inodes().stamp(home.id());
        ContentsOutcome outcome = execute(extents.toOperation(inode, batch, durability));
        durability.committed(before, outcome.getAttributes());
        committed(batch, extents, outcome, stamp);
    }

    /** Few bytes that are not on their way anywhere go with the commit. */
    private boolean isInline(WriteBatch batch) {
        if (batch.isSent()) {
            return false;
        }
        view.lock.lock();
        try {
            if (batch.kind() == WriteBatch.Kind.APPENDED) {
                return batch.bytes() <= services.limits().inlineBytes();
            }
            long live = 0;
            for (Piece piece : view.overlay.select(BatchExtents.of(batch))) {
                live += piece.length();
            }
            return live <= services.limits().inlineBytes();
        } finally {
            view.lock.unlock();
        }
    }

    private void store(WriteBatch batch, boolean sync) {
        List<ChunkLog> logs;
        view.lock.lock();
        try {
            logs = List.copyOf(batch.logs());
            logs.forEach(ChunkLog::freeze);
        } finally {
            view.lock.unlock();
        }
        // All on their way before the first is waited for.
        List<ChunkLog> sent = untilFull(batch, logs, log -> log.delivery.startSeal(sync));
        untilFull(batch, sent, log -> {
            ChunkPlacement stored = log.delivery.await(sync);
            if (!log.delivery.isSynced()) {
                durability.stored(stored);
            }
        });
    }

    /** Does this with each of the logs for which there is room; returns them. */
    private List<ChunkLog> untilFull(WriteBatch batch, List<ChunkLog> logs, Consumer<ChunkLog> action) {
        for (int i = 0; i < logs.size(); i++) {
            try {
                action.accept(logs.get(i));
            } catch (FsException e) {
                boolean cutByWriter = e.errno() == Errno.ECANCELED && !holds(batch, logs.get(i));
                if (!cutByWriter && (i == 0 || e.errno() != Errno.ENOSPC)) {
                    throw e;
                }
                failAt(batch, logs.get(i), e);
                return logs.subList(0, i);
            }
        }
        return logs;
    }

    private boolean holds(WriteBatch batch, ChunkLog log) {
        view.lock.lock();
        try {
            return batch.logs().contains(log);
        } finally {
            view.lock.unlock();
        }
    }

    private void committed(WriteBatch batch, BatchExtents extents, ContentsOutcome outcome, long stamp) {
        FileAttributes after = outcome.getAttributes();
        view.lock.lock();
        try {
            view.overlay.removeIf(BatchExtents.of(batch));
            if (batch.kind() == WriteBatch.Kind.APPENDED && outcome.getAppendedAt() != batch.start()) {
                moveLater(outcome.getAppendedAt() - batch.start());
                view.committed.forget();
            } else {
                view.committed.apply(after.getVersion(), extents.committedPieces());
                services.kernelPages().changed(inode, after.getVersion());
            }
            view.batches.remove(batch);
            services.inodes().heard(after, stamp);
            view.observe(after);
        } finally {
            view.lock.unlock();
        }
        end(batch, extents.stored());
    }

    /** Others appended before this mount did: what it appended later moves on by as much. */
    private void moveLater(long delta) {
        for (WriteBatch later : view.batches) {
            if (later.kind() == WriteBatch.Kind.APPENDED) {
                List<Piece> pieces = view.overlay.select(BatchExtents.of(later));
                view.overlay.removeIf(BatchExtents.of(later));
                pieces.forEach(piece -> view.overlay.put(piece.offset() + delta, piece.length(), piece.source()));
                later.move(delta);
            }
        }
    }

    /** Frees the batch's memory, which nothing shows any more, and chunks that are not {@code committed}. */
    private void end(WriteBatch batch, Set<ChunkLog> committed) {
        free(batch.logs(), committed);
        batch.done().complete(null);
    }

    private void free(List<ChunkLog> logs, Set<ChunkLog> committed) {
        // A writer may be about to send what has gone inline: not from memory that is not its own any more.
        logs.stream().filter(log -> !committed.contains(log)).forEach(log -> log.delivery.abandon());
        view.lock.lock();
        try {
            logs.forEach(log -> log.release(services.pool()));
        } finally {
            view.lock.unlock();
        }
    }

    private void drop(WriteBatch batch) {
        view.lock.lock();
        try {
            batch.close();
            view.overlay.removeIf(BatchExtents.of(batch));
            view.batches.remove(batch);
            view.settleSize();
        } finally {
            view.lock.unlock();
        }
        end(batch, Set.of());
    }

    /** Gives up what could not be stored; where there is no room for it, what was stored before it is committed. */
    void failAt(WriteBatch batch, ChunkLog log, FsException error) {
        if (error.errno() != Errno.ENOSPC && error.errno() != Errno.ECANCELED) {
            fail(batch, error);
            return;
        }
        List<ChunkLog> lost;
        view.lock.lock();
        try {
            WriteBatch.Lost cut = batch.cutAt(log, view.overlay);
            lost = cut.logs();
            if (!lost.isEmpty()) {
                giveUpAfter(batch, cut.offset());
                services.kernelPages().lost(inode);
                view.settleSize();
                // Before the lock goes: nobody is to write on as if it were there.
                errors.add(error);
            }
        } finally {
            view.lock.unlock();
        }
        if (!lost.isEmpty()) {
            LOG.warn(
                    "no room for {} bytes of {}: {}",
                    lost.stream().mapToLong(ChunkLog::length).sum(),
                    inode,
                    error.getMessage());
            free(lost, Set.of());
        }
    }

    /**
     * Where the file's end was lost, what later batches wrote behind it is given up too: stored, it would leave zeros that nobody
     * wrote. The view's lock is held.
     */
    private void giveUpAfter(WriteBatch batch, long lostFrom) {
        List<WriteBatch> later = new ArrayList<>();
        long end = view.contents().getSize();
        boolean seen = false;
        for (WriteBatch other : view.batches) {
            if (other.kind() == WriteBatch.Kind.APPENDED) {
                // Goes to wherever the file ends.
                return;
            }
            if (seen) {
                later.add(other);
            } else {
                end = Math.max(end, other.minSize());
            }
            seen |= other.equals(batch);
        }
        if (lostFrom >= end) {
            view.overlay.cut(lostFrom, Long.MAX_VALUE);
            later.forEach(other -> other.endAt(lostFrom));
        }
    }

    /** Gives a batch up: its data is lost, and everyone who has the file open will be told. */
    void fail(WriteBatch batch, FsException error) {
        if (batch.done().isDone()) {
            return;
        }
        LOG.warn("writing back {} bytes of {} failed: {} {}", batch.bytes(), inode, error.errno(), error.getMessage());
        errors.add(error);
        view.lock.lock();
        try {
            // Whether the commit was applied is not known.
            view.committed.forget();
            services.kernelPages().lost(inode);
        } finally {
            view.lock.unlock();
        }
        drop(batch);
    }

    /** SetContents, in order with the commits; what is not committed yet is cut as well. */
    void change(SetContents change) {
        inOrder(() -> {
            long now = services.nowNanos();
            long stamp = services.inodes().stamp(home.id());
            FileAttributes before = contents();
            ContentsOutcome outcome =
                    execute(ContentsOperation.newBuilder().setSetContents(change.toOperation(inode, now)));
            durability.committed(before, outcome.getAttributes());
            long version = outcome.getAttributes().getVersion();
            view.lock.lock();
            try {
                if (change.sizeBytes().isPresent()) {
                    long size = change.sizeBytes().getAsLong();
                    view.overlay.cut(size, Long.MAX_VALUE);
                    if (size == 0) {
                        durability.emptied();
                    }
                    view.batches.forEach(batch -> batch.truncated(size, now));
                    view.committed.resize(version, size);
                } else {
                    view.committed.apply(version, List.of());
                }
                services.kernelPages().changed(inode, version);
                services.inodes().heard(outcome.getAttributes(), stamp);
                view.observe(outcome.getAttributes());
            } finally {
                view.lock.unlock();
            }
        });
    }

    /** Makes [offset, offset + length) a hole, and the file at least {@code minSize} long; nothing is dirty. */
    void zero(long offset, long length, long minSize) {
        inOrder(() -> {
            CommitOperation.Builder commit = CommitOperation.newBuilder()
                    .setInode(inode.value())
                    .setMinSize(minSize)
                    .setTimeNanos(services.nowNanos());
            List<Piece> holes = new ArrayList<>();
            for (long at = offset; at < offset + length; at += HOLE_BYTES_MAX) {
                int count = (int) Math.min(HOLE_BYTES_MAX, offset + length - at);
                commit.addExtents(
                        Extent.newBuilder().setOffset(at).setLength(count).setHole(true));
                holes.add(new Piece(at, count, Source.Hole.INSTANCE));
            }
            long stamp = services.inodes().stamp(home.id());
            FileAttributes before = contents();
            FileAttributes after =
                    execute(ContentsOperation.newBuilder().setCommit(commit)).getAttributes();
            durability.committed(before, after);
            changed(after, stamp, () -> view.committed.apply(after.getVersion(), holes));
        });
    }

    /** One step of copying a range of another file, or of this one, of its cluster; nothing is dirty. */
    ContentsOutcome copyFrom(InodeId source, long from, long to, long length) {
        ContentsOutcome.Builder step = ContentsOutcome.newBuilder();
        inOrder(() -> {
            long stamp = services.inodes().stamp(home.id());
            // The source's chunks are not known here: whether they are durable is told with the attributes.
            ContentsOutcome outcome = execute(ContentsOperation.newBuilder()
                    .setClone(CloneOperation.newBuilder()
                            .setSource(source.value())
                            .setSourceOffset(from)
                            .setTarget(inode.value())
                            .setTargetOffset(to)
                            .setLength(length)
                            .setTimeNanos(services.nowNanos())));
            step.mergeFrom(outcome);
            if (outcome.getClonedBytes() > 0) {
                changed(outcome.getAttributes(), stamp, view.committed::forget);
            }
        });
        return step.build();
    }

    /** This mount's own change, asked for at {@code stamp}, made these attributes. */
    private void changed(FileAttributes after, long stamp, Runnable remember) {
        view.lock.lock();
        try {
            remember.run();
            services.kernelPages().changed(inode, after.getVersion());
            services.inodes().heard(after, stamp);
            view.observe(after);
        } finally {
            view.lock.unlock();
        }
    }

    /** Makes durable what was committed before, by whomever. */
    void syncStored() {
        inOrder(() -> {
            try {
                durability.sync();
            } catch (FsException e) {
                errors.add(e);
            }
        });
    }

    /** Has a change applied, unless it was made under locks that are lost. */
    private ContentsOutcome execute(ContentsOperation.Builder operation) {
        services.fences().of(home.id(), inode).ifPresent(operation::setFence);
        return home.contents().execute(operation.build());
    }
}
