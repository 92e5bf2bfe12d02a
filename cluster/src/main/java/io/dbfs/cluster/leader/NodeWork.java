package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.proto.HeartbeatReply;
import io.dbfs.proto.HeartbeatRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** What a node is told to do in answer to its heartbeat. Thread-safe. */
final class NodeWork {
    private static final int DROPS_MAX = 1000;
    private static final int VERIFY_MAX = 16;
    private static final int COPIES_MAX = 16;

    private static final int COMPACTIONS_MAX = 1;

    private final CopyPlanner copies;
    private final CompactPlanner compactions;
    private final VerifyQueue verify;
    private final LongSupplier nanoClock;
    private final long checkNanos;
    /** When each node was last told to compare its chunks. */
    private final Map<Integer, Long> checkedNanos = new HashMap<>();

    NodeWork(
            CopyPlanner copies,
            CompactPlanner compactions,
            VerifyQueue verify,
            LongSupplier nanoClock,
            Duration checkChunksEvery) {
        this.copies = copies;
        this.compactions = compactions;
        this.verify = verify;
        this.nanoClock = nanoClock;
        checkNanos = checkChunksEvery.toNanos();
    }

    /** Leadership began: every node compares its chunks once. */
    synchronized void begin() {
        checkedNanos.clear();
    }

    /** A node came back or joined: it compares its chunks at the next heartbeat. */
    synchronized void check(int node) {
        checkedNanos.remove(node);
    }

    /** Copies came to an end. */
    void finished(HeartbeatRequest report) {
        report.getCopiedList().forEach(copies::finished);
        report.getNotCopiedList().forEach(copies::finished);
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
