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
    /** Waiting chunks looked at for one request; those behind have their turn when these are done. */
    private static final int SCAN_MAX = 1024;
    /** A copy not reported by then is given to another node. */
    private static final long TASK_NANOS = Duration.ofSeconds(60).toNanos();

    private final NodeWatch nodes;
    private final LongSupplier nanoClock;
    /** Deadline of each copy under way, by chunk. Bounded by what nodes ask for. */
    private final Map<Long, Long> underway = new HashMap<>();

    CopyPlanner(NodeWatch nodes, LongSupplier nanoClock) {
        this.nodes = nodes;
        this.nanoClock = nanoClock;
    }

    /** Up to {@code limit} chunks for a node to copy to itself. */
    synchronized List<CopyTask> plan(ContentsView view, int node, int limit) {
        long now = nanoClock.getAsLong();
        underway.values().removeIf(deadline -> deadline - now < 0);
        List<CopyTask> tasks = new ArrayList<>();
        if (limit > 0 && nodes.candidates().stream().anyMatch(candidate -> candidate.nodeId() == node)) {
            int[] seen = new int[1];
            view.belowCopies(chunk -> {
                if (!underway.containsKey(chunk)) {
                    task(view, node, chunk).ifPresent(task -> {
                        underway.put(chunk, now + TASK_NANOS);
                        tasks.add(task);
                    });
                }
                return tasks.size() < limit && ++seen[0] < SCAN_MAX;
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
    }

    private Optional<CopyTask> task(ContentsView view, int node, long chunk) {
        return view.chunk(chunk)
                .filter(record -> !record.getReplicasList().contains(node) && !view.drops(node, chunk))
                .filter(this::hasSource)
                .map(record -> {
                    ChunkInfo info = nodes.chunk(chunk, record.getLength(), record.getReplicasList())
                            .build();
                    return CopyTask.newBuilder()
                            .setChunk(info)
                            .addAllSources(nodes.addresses(info.getReplicasList()))
                            .build();
                });
    }

    private boolean hasSource(ChunkRecord record) {
        return record.getReplicasList().stream().anyMatch(node -> nodes.health(node) != Health.DEAD);
    }
}
