package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.proto.CompactTask;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Gives files that have piled up inline pieces, or that keep mostly dead chunks, to idle nodes to rewrite. Thread-safe. */
final class CompactPlanner {
    private static final int SCAN_MAX = 256;
    /** A file is not given out again before this has passed: what became of it shows in the state. */
    private static final long TASK_NANOS = Duration.ofSeconds(15).toNanos();

    private final WorkBackoff backoff;
    private final LongSupplier nanoClock;
    /** Deadline of each file given out. Bounded by what nodes ask for. */
    private final Map<Long, Long> underway = new HashMap<>();

    CompactPlanner(WorkBackoff backoff, LongSupplier nanoClock) {
        this.backoff = backoff;
        this.nanoClock = nanoClock;
    }

    /** Up to {@code limit} files to rewrite. */
    synchronized List<CompactTask> plan(ContentsView view, int limit) {
        long now = nanoClock.getAsLong();
        underway.values().removeIf(deadline -> deadline - now < 0);
        if (limit <= 0) {
            return List.of();
        }
        Map<Long, CompactTask.Builder> tasks = new LinkedHashMap<>();
        int[] seen = new int[1];
        view.crowded(inode -> {
            task(tasks, inode, limit);
            return ++seen[0] < SCAN_MAX;
        });
        view.sparse(chunk -> {
            view.chunk(chunk).ifPresent(record -> {
                CompactTask.Builder task = task(tasks, record.getInode(), limit);
                task.addSparseChunks(chunk);
            });
            return ++seen[0] < 2 * SCAN_MAX;
        });
        tasks.keySet().forEach(inode -> underway.put(inode, now + TASK_NANOS));
        return tasks.values().stream().map(CompactTask.Builder::build).toList();
    }

    synchronized void clear() {
        underway.clear();
    }

    /** The task for a file; one that nobody gets where the file's turn is not now. */
    private CompactTask.Builder task(Map<Long, CompactTask.Builder> tasks, long inode, int limit) {
        CompactTask.Builder task = tasks.get(inode);
        if (task == null) {
            WorkBackoff.Work work = WorkBackoff.Work.compact(inode);
            task = CompactTask.newBuilder().setInode(inode).setFailures(backoff.failures(work));
            if (tasks.size() < limit && !underway.containsKey(inode) && backoff.isDue(work)) {
                tasks.put(inode, task);
            }
        }
        return task;
    }
}
