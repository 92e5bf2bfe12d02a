package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.common.ChunkId;
import io.dbfs.proto.ChunkRecord;
import io.dbfs.proto.HeartbeatReply;
import io.dbfs.proto.HeartbeatRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node is told to do in answer to its heartbeat. Thread-safe. */
final class NodeWork {
    private static final Logger LOG = LoggerFactory.getLogger(NodeWork.class);
    private static final int DROPS_MAX = 1000;
    private static final int VERIFY_MAX = 16;
    private static final int COPIES_MAX = 16;

    private static final int COMPACTIONS_MAX = 1;

    private final CopyPlanner copies;
    private final CompactPlanner compactions;
    private final VerifyQueue verify;
    private final WorkBackoff backoff;
    private final LongSupplier nanoClock;
    private final long checkNanos;
    /** When each node was last told to compare its chunks. */
    private final Map<Integer, Long> checkedNanos = new HashMap<>();

    NodeWork(
            CopyPlanner copies,
            CompactPlanner compactions,
            VerifyQueue verify,
            WorkBackoff backoff,
            LongSupplier nanoClock,
            Duration checkChunksEvery) {
        this.copies = copies;
        this.compactions = compactions;
        this.verify = verify;
        this.backoff = backoff;
        this.nanoClock = nanoClock;
        checkNanos = checkChunksEvery.toNanos();
    }

    /** Leadership began: every node compares its chunks once. */
    synchronized void begin() {
        checkedNanos.clear();
    }

    /** A node came back or joined: it compares its chunks at the next heartbeat, and may have what others lack. */
    synchronized void check(int node) {
        checkedNanos.remove(node);
        backoff.retryAll();
    }

    /** A reader found a node's copy damaged or missing: the node looks, unless that is known or was asked for just now. */
    void suspect(ContentsView view, int node, long chunk) {
        boolean counts = view.chunk(chunk)
                .filter(record -> WholeReplicas.isWholeOn(record, node))
                .isPresent();
        WorkBackoff.Work work = WorkBackoff.Work.verify(chunk, node);
        if (counts && backoff.isDue(work)) {
            backoff.failed(work);
            verify.add(node, chunk);
        }
    }

    /** Work came to an end, well or not. */
    void finished(ContentsView view, HeartbeatRequest report) {
        report.getCopiedList().forEach(chunk -> {
            copies.finished(chunk);
            if (backoff.succeeded(WorkBackoff.Work.copy(chunk)) > 0) {
                LOG.info("chunk {} was repaired on n{}", new ChunkId(chunk), report.getNodeId());
            }
        });
        report.getNotCopiedList().forEach(chunk -> notCopied(view, report.getNodeId(), chunk));
        report.getNotCompactedList().forEach(inode -> backoff.failed(WorkBackoff.Work.compact(inode)));
    }

    private void notCopied(ContentsView view, int node, long chunk) {
        copies.finished(chunk);
        Optional<ChunkRecord> record = view.chunk(chunk);
        if (record.isEmpty()) {
            // Its file was overwritten or removed meanwhile.
            return;
        }
        if (backoff.failed(WorkBackoff.Work.copy(chunk)) == 1) {
            LOG.warn(
                    "repair of chunk {} of inode {} failed on n{}; it is tried again, at last every {} s"
                            + " (dbfs status --lost names the files of chunks without a whole copy)",
                    new ChunkId(chunk),
                    record.get().getInode(),
                    node,
                    WorkBackoff.MAX.toSeconds());
        }
        record.get().getReplicasList().forEach(source -> suspect(view, source, chunk));
    }

    HeartbeatReply next(ContentsView view, HeartbeatRequest report) {
        int node = report.getNodeId();
        HeartbeatReply.Builder reply = HeartbeatReply.newBuilder()
                .addAllCopies(copies.plan(view, node, Math.min(COPIES_MAX, report.getIdleWorkers())))
                .addAllVerify(verify.take(node, VERIFY_MAX))
                .setCheckChunks(isToCheck(node));
        if (reply.getCopiesCount() == 0 && report.getIdleWorkers() > 0) {
            reply.addAllCompactions(compactions.plan(view, COMPACTIONS_MAX));
        }
        view.drops(node, chunk -> {
            reply.addDrops(chunk);
            return reply.getDropsCount() < DROPS_MAX;
        });
        return reply.build();
    }

    private synchronized boolean isToCheck(int node) {
        long now = nanoClock.getAsLong();
        Long checked = checkedNanos.get(node);
        if (checked != null && now - checked < checkNanos) {
            return false;
        }
        checkedNanos.put(node, now);
        return true;
    }
}
