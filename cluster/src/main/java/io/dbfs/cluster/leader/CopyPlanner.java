package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkRecord;
import io.dbfs.proto.CopyTask;
import io.dbfs.proto.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Gives chunks with too few copies to nodes that ask for work, the most endangered first. Whoever is idle asks, so work
 * goes where there is time for it. Thread-safe.
 */
final class CopyPlanner {
    /** A copy not reported by then is given to another node. */
    private static final long TASK_NANOS = Duration.ofSeconds(60).toNanos();

    private final NodeWatch nodes;
    private final LongSupplier nanoClock;
    private final WorkBackoff backoff;
    private final RepairScan waiting = new RepairScan();
    /** Deadline of each copy under way, by chunk. Bounded by what nodes ask for. */
    private final Map<Long, Long> underway = new HashMap<>();

    CopyPlanner(NodeWatch nodes, WorkBackoff backoff, LongSupplier nanoClock) {
        this.nodes = nodes;
        this.backoff = backoff;
        this.nanoClock = nanoClock;
    }

    /** Up to {@code limit} chunks for a node to copy to itself. */
    synchronized List<CopyTask> plan(ContentsView view, int node, int limit) {
        long now = nanoClock.getAsLong();
        underway.values().removeIf(deadline -> deadline - now < 0);
        List<CopyTask> tasks = new ArrayList<>();
        if (limit > 0 && nodes.candidates().stream().anyMatch(candidate -> candidate.nodeId() == node)) {
            waiting.visit(view, chunk -> {
                if (!underway.containsKey(chunk) && backoff.isDue(WorkBackoff.Work.copy(chunk))) {
                    task(view, node, chunk).ifPresent(task -> {
                        underway.put(chunk, now + TASK_NANOS);
                        tasks.add(task);
                    });
                }
                return tasks.size() < limit;
            });
        }
        return tasks;
    }

    /** A copy came to an end, well or not. */
    synchronized void finished(long chunk) {
        underway.remove(chunk);
    }

    synchronized void clear() {
        underway.clear();
        waiting.clear();
    }

    private Optional<CopyTask> task(ContentsView view, int node, long chunk) {
        return view.chunk(chunk)
                .filter(record -> lacksWholeCopy(record, node) && !view.drops(node, chunk))
                .filter(this::hasSource)
                .map(record -> {
                    ChunkInfo info = nodes.chunk(chunk, record.getLength(), ReplicaHealth.wholeFirst(record))
                            .build();
                    return CopyTask.newBuilder()
                            .setChunk(info)
                            .addAllSources(nodes.addresses(info.getReplicasList()))
                            .setFailures(backoff.failures(WorkBackoff.Work.copy(chunk)))
                            .build();
                });
    }

    /** A node whose own copy is damaged replaces it in place. */
    private static boolean lacksWholeCopy(ChunkRecord record, int node) {
        return !record.getReplicasList().contains(node)
                || record.getDamagedList().contains(node);
    }

    private boolean hasSource(ChunkRecord record) {
        return record.getReplicasList().stream().anyMatch(node -> nodes.health(node) != Health.DEAD);
    }
}
