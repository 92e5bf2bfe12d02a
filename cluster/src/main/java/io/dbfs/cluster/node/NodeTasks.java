package io.dbfs.cluster.node;

import io.dbfs.cluster.chunk.ChunkCopier;
import io.dbfs.cluster.chunk.ChunkStore;
import io.dbfs.cluster.chunk.ChunkVerifier;
import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.proto.CheckChunksReply;
import io.dbfs.proto.CheckChunksRequest;
import io.dbfs.proto.CompactTask;
import io.dbfs.proto.CopyTask;
import io.dbfs.proto.HeartbeatReply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the work that heartbeats bring: copies, deletions, verifications, and comparing all chunks with the records. What
 * comes of it goes into the next heartbeat. Thread-safe.
 */
final class NodeTasks {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTasks.class);
    /** Copies taken at a time. */
    static final int COPIES_MAX = 4;

    private static final int CHECK_PAGE = 10_000;

    private final ChunkStore store;
    private final ChunkCopier copier;
    private final Compactor compactor;
    private final LeaderCalls leader;
    private final NodeIdentity identity;
    private final BeatReport report;
    private final ExecutorService workers;
    private final Runnable whenDone;
    private final AtomicInteger copying = new AtomicInteger();
    private final AtomicBoolean dropping = new AtomicBoolean();
    private final AtomicBoolean verifying = new AtomicBoolean();
    private final AtomicBoolean compacting = new AtomicBoolean();
    private final AtomicBoolean checking = new AtomicBoolean();

    /**
     * @param workers runs the work; takes {@link #COPIES_MAX} and four tasks more at a time
     * @param whenDone called after copies and deletions, so that more can be asked for
     */
    NodeTasks(
            ChunkStore store,
            ChunkCopier copier,
            Compactor compactor,
            LeaderCalls leader,
            NodeIdentity identity,
            BeatReport report,
            ExecutorService workers,
            Runnable whenDone) {
        this.store = store;
        this.copier = copier;
        this.compactor = compactor;
        this.leader = leader;
        this.identity = identity;
        this.report = report;
        this.workers = workers;
        this.whenDone = whenDone;
    }

    /** Copies it can begin now. */
    int idle() {
        return Math.max(0, COPIES_MAX - copying.get());
    }

    void take(HeartbeatReply work) {
        work.getCopiesList().forEach(this::beginCopy);
        if (work.getDropsCount() > 0) {
            once(dropping, () -> drop(work.getDropsList()));
        }
        if (work.getVerifyCount() > 0) {
            once(verifying, () -> work.getVerifyList().forEach(this::verify));
        }
        if (work.getCompactionsCount() > 0) {
            once(compacting, () -> work.getCompactionsList().forEach(this::compact));
        }
        if (work.getCheckChunks()) {
            once(checking, this::checkAll);
        }
    }

    private void beginCopy(CopyTask task) {
        copying.incrementAndGet();
        workers.execute(() -> {
            try {
                copy(task);
            } finally {
                copying.decrementAndGet();
                whenDone.run();
            }
        });
    }

    private void copy(CopyTask task) {
        ChunkId chunk = new ChunkId(task.getChunk().getId());
        List<ChunkCopier.Source> sources = task.getSourcesList().stream()
                .map(source -> new ChunkCopier.Source(new NodeId(source.getNodeId()), source.getAddress()))
                .toList();
        try {
            copier.copy(chunk, task.getChunk().getLength(), sources);
            report.copied(chunk.value());
        } catch (FsException failure) {
            logFailure(task.getFailures(), "copy of chunk " + chunk, failure);
            report.notCopied(chunk.value());
        }
    }

    /** Work that fails again and again is logged once: the leader tells how often it has failed before. */
    private static void logFailure(int before, String work, FsException failure) {
        if (before == 0) {
            LOG.warn("{}: {}", work, failure.getMessage());
        } else {
            LOG.debug("{}, for the {}. time: {}", work, before + 1, failure.getMessage());
        }
    }

    /** What is under way already is not begun again: the leader tells of drops until they are done. */
    private void once(AtomicBoolean busy, Runnable work) {
        if (!busy.compareAndSet(false, true)) {
            return;
        }
        workers.execute(() -> {
            try {
                work.run();
            } catch (FsException failure) {
                LOG.warn("work for the cluster: {}", failure.getMessage());
            } finally {
                busy.set(false);
            }
        });
    }

    private void drop(List<Long> chunks) {
        chunks.forEach(chunk -> store.delete(new ChunkId(chunk)));
        report.dropped(chunks);
        // The leader gives what is free now, and the next chunks to delete.
        whenDone.run();
    }

    private void verify(long chunk) {
        try {
            int length = ChunkVerifier.verify(store, new ChunkId(chunk));
            LOG.debug("chunk {} of {} bytes is whole", new ChunkId(chunk), length);
        } catch (FsException failure) {
            if (failure.errno() == Errno.ENOENT) {
                LOG.debug("chunk {} is not here", new ChunkId(chunk));
                report.missing(chunk);
            } else {
                LOG.warn("verification of chunk {}: {}", new ChunkId(chunk), failure.getMessage());
                reportDamaged(chunk, failure);
            }
        }
    }

    private void reportDamaged(long chunk, FsException failure) {
        if (failure.errno() == Errno.EIO) {
            report.damaged(chunk);
        }
    }

    private void compact(CompactTask task) {
        try {
            compactor.compact(task);
        } catch (FsException failure) {
            logFailure(task.getFailures(), "rewriting of inode " + task.getInode(), failure);
            report.notCompacted(task.getInode());
        }
    }

    /** Compares all chunks with the records, run by run in the order of their ids. */
    private void checkAll() {
        List<Long> ids = new ArrayList<>();
        store.scan(entry -> ids.add(entry.id().value()));
        ids.sort(Long::compareUnsigned);
        long after = 0;
        for (int from = 0; from <= ids.size(); from += CHECK_PAGE) {
            int to = Math.min(ids.size(), from + CHECK_PAGE);
            boolean last = to == ids.size();
            long upTo = last ? -1L : ids.get(to - 1);
            check(after, upTo, ids.subList(from, to));
            if (last) {
                return;
            }
            after = upTo;
        }
    }

    private void check(long after, long upTo, List<Long> ids) {
        CheckChunksRequest request = CheckChunksRequest.newBuilder()
                .setNodeId(identity.nodeId())
                .setAfter(after)
                .setUpTo(upTo)
                .addAllChunkIds(ids)
                .build();
        CheckChunksReply reply = leader.members(stub -> stub.checkChunks(request), CheckChunksReply::getRefusal);
        if (reply.getVerifyCount() > 0) {
            LOG.warn(
                    "chunks that the cluster expects here and that are not: {}; each is looked for",
                    reply.getVerifyCount());
            reply.getVerifyList().forEach(this::verify);
        }
    }
}
