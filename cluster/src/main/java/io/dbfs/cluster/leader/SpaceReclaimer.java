package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.proto.Health;
import io.dbfs.proto.NodeRecord;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What is done for a writer that finds no room: garbage goes first. Nodes compare their chunks with the records at once, and while
 * anything is yet to be deleted the writer is to ask again. Thread-safe.
 */
final class SpaceReclaimer {
    /** Nodes compare their chunks at most this often for want of space. */
    private static final long AUDIT_EVERY_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** Until their garbage is known: a heartbeat to be told, one to tell. */
    private static final long AUDIT_TAKES_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final ContentsGroup group;
    private final NodeWatch nodes;
    private final NodeWork work;
    private final LongSupplier nanoClock;
    private boolean audited;
    private long auditedNanos;

    SpaceReclaimer(ContentsGroup group, NodeWatch nodes, NodeWork work, LongSupplier nanoClock) {
        this.group = group;
        this.nodes = nodes;
        this.work = work;
        this.nanoClock = nanoClock;
    }

    /** Looks for garbage; whether there may be more room soon. */
    boolean reclaim() {
        return audit() || group.readNow(this::isDeletionPending);
    }

    private synchronized boolean audit() {
        long now = nanoClock.getAsLong();
        if (!audited || now - auditedNanos >= AUDIT_EVERY_NANOS) {
            audited = true;
            auditedNanos = now;
            nodes.records().forEach(node -> work.check(node.getNodeId()));
        }
        return now - auditedNanos < AUDIT_TAKES_NANOS;
    }

    private boolean isDeletionPending(ContentsView view) {
        boolean[] found = new boolean[1];
        view.releasing(inode -> {
            found[0] = true;
            return false;
        });
        for (NodeRecord node : nodes.records()) {
            if (!found[0] && nodes.health(node.getNodeId()) == Health.HEALTHY) {
                view.drops(node.getNodeId(), chunk -> {
                    found[0] = true;
                    return false;
                });
            }
        }
        return found[0];
    }
}
