package io.dbfs.cluster.node;

import io.dbfs.proto.HeartbeatRequest;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** What the next heartbeat tells of work done. Bounded by the work given out. Thread-safe. */
final class BeatReport {
    private final Set<Long> copied = new LinkedHashSet<>();
    private final Set<Long> notCopied = new LinkedHashSet<>();
    private final Set<Long> dropped = new LinkedHashSet<>();
    private final Set<Long> damaged = new LinkedHashSet<>();
    private final Set<Long> missing = new LinkedHashSet<>();
    private final Set<Long> notCompacted = new LinkedHashSet<>();

    synchronized void copied(long chunk) {
        copied.add(chunk);
    }

    synchronized void notCopied(long chunk) {
        notCopied.add(chunk);
    }

    synchronized void dropped(Collection<Long> chunks) {
        dropped.addAll(chunks);
    }

    synchronized void damaged(long chunk) {
        damaged.add(chunk);
    }

    synchronized void missing(long chunk) {
        missing.add(chunk);
    }

    synchronized void notCompacted(long inode) {
        notCompacted.add(inode);
    }

    synchronized void writeTo(HeartbeatRequest.Builder request) {
        request.addAllCopied(copied)
                .addAllNotCopied(notCopied)
                .addAllDropped(dropped)
                .addAllDamaged(damaged)
                .addAllMissing(missing)
                .addAllNotCompacted(notCompacted);
    }

    /** The leader has taken this heartbeat. */
    synchronized void told(HeartbeatRequest request) {
        request.getCopiedList().forEach(copied::remove);
        request.getNotCopiedList().forEach(notCopied::remove);
        request.getDroppedList().forEach(dropped::remove);
        request.getDamagedList().forEach(damaged::remove);
        request.getMissingList().forEach(missing::remove);
        request.getNotCompactedList().forEach(notCompacted::remove);
    }
}
