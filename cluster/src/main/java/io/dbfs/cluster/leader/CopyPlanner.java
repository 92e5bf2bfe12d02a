package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.cluster.contents.FailureDomains;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkRecord;
import io.dbfs.proto.CopyTask;
import io.dbfs.proto.Health;
import io.dbfs.proto.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

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

    /** Where the next look at misplaced chunks begins. */
    private long misplacedAfter;

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
        List<Candidate> candidates = nodes.candidates();
        if (limit > 0 && candidates.stream().anyMatch(candidate -> candidate.nodeId() == node)) {
            CopyTargets targets = new CopyTargets(candidates);
            waiting.visit(view, chunk -> {
                if (isFree(chunk)) {
                    task(view, node, chunk, record -> takesMissing(targets, node, record))
                            .ifPresent(task -> {
                                underway.put(chunk, now + TASK_NANOS);
                                tasks.add(task);
                            });
                }
                return tasks.size() < limit;
            });
            planMisplaced(view, node, limit, targets, tasks);
        }
        return tasks;
    }

    /** What has its copies, but on one host, comes after what has too few. */
    private void planMisplaced(ContentsView view, int node, int limit, CopyTargets targets, List<CopyTask> tasks) {
        if (tasks.size() >= limit) {
            return;
        }
        int[] seen = new int[1];
        long from = misplacedAfter;
        misplacedAfter = 0;
        view.misplaced(from, chunk -> {
            if (isFree(chunk)) {
                task(view, node, chunk, record -> takesMisplaced(targets, node, record))
                        .ifPresent(task -> {
                            underway.put(chunk, nanoClock.getAsLong() + TASK_NANOS);
                            tasks.add(task);
                        });
            }
            if (tasks.size() < limit && ++seen[0] < RepairScan.SCAN_MAX) {
                return true;
            }
            // Those behind have their turn at the next request: none of these may suit any node.
            misplacedAfter = chunk;
            return false;
        });
    }

    /** Nobody copies it now, and it did not fail just before. */
    private boolean isFree(long chunk) {
        return !underway.containsKey(chunk) && backoff.isDue(WorkBackoff.Work.copy(chunk));
    }

    private boolean takesMissing(CopyTargets targets, int node, ChunkRecord record) {
        Set<Integer> holders = new HashSet<>(record.getReplicasList());
        record.getDamagedList().forEach(holders::remove);
        return targets.takesMissing(node, holders, hosts(record), Integer.toUnsignedLong(record.getLength()));
    }

    private boolean takesMisplaced(CopyTargets targets, int node, ChunkRecord record) {
        return targets.takesMisplaced(node, hosts(record), Integer.toUnsignedLong(record.getLength()));
    }

    /** The hosts on which the chunk has a copy that counts. */
    private Set<String> hosts(ChunkRecord record) {
        return record.getReplicasList().stream()
                .filter(node -> !record.getDamagedList().contains(node))
                .map(nodes::record)
                .flatMap(Optional::stream)
                .filter(node -> node.getState() == NodeState.ACTIVE)
                .map(FailureDomains::hostOf)
                .collect(Collectors.toSet());
    }

    /** A copy came to an end, well or not. */
    synchronized void finished(long chunk) {
        underway.remove(chunk);
    }

    synchronized void clear() {
        underway.clear();
        misplacedAfter = 0;
        waiting.clear();
    }

    private Optional<CopyTask> task(ContentsView view, int node, long chunk, Predicate<ChunkRecord> suits) {
        return view.chunk(chunk)
                .filter(record -> lacksWholeCopy(record, node) && !view.drops(node, chunk))
                .filter(this::hasSource)
                .filter(suits)
                .map(record -> {
                    ChunkInfo info = nodes.chunk(chunk, record.getLength(), WholeReplicas.wholeFirst(record))
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
