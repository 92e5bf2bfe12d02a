package io.dbfs.daemon.vfs;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.daemon.chunk.ChunkTransport;
import io.dbfs.daemon.chunk.Replica;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks nodes to make chunks durable and counts what they confirm. Each node is asked for some chunks at a time, so that a
 * node that works is told from one that is silent. What a silent node confirms late counts as well. Thread-safe.
 */
final class SyncRequests {
    private static final Logger LOG = LoggerFactory.getLogger(SyncRequests.class);
    /** Chunks in one request: what a slow disk writes within a second. */
    private static final int GROUP_MAX = 16;

    private final ChunkTransport transport;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final SyncedCopies copies = new SyncedCopies();
    private final Map<NodeId, NodeQueue> queues = new HashMap<>();
    private long answers;

    /** What one node is asked, group by group. */
    private static final class NodeQueue {
        private final Replica replica;
        private final Deque<List<ChunkId>> groups = new ArrayDeque<>();
        private final Set<ChunkId> asked = new HashSet<>();
        private boolean busy;
        private boolean unreachable;
        private long sinceNanos;

        NodeQueue(Replica replica) {
            this.replica = replica;
        }
    }

    SyncRequests(ChunkTransport transport, LongSupplier nanoTime) {
        this.transport = transport;
        this.nanoTime = nanoTime;
    }

    /** Copies that make a chunk durable. */
    void require(int required) {
        lock.lock();
        try {
            copies.require(required);
        } finally {
            lock.unlock();
        }
    }

    /** Asks the replicas of these chunks, except those that have confirmed or are being asked already. */
    void ask(Collection<ChunkPlacement> chunks) {
        List<NodeQueue> idle = new ArrayList<>();
        lock.lock();
        try {
            Map<Replica, List<ChunkId>> wanted = new LinkedHashMap<>();
            for (ChunkPlacement chunk : chunks) {
                copies.expect(chunk.chunk());
                Set<NodeId> confirmed = copies.nodesOf(chunk.chunk());
                for (Replica replica : chunk.replicas()) {
                    NodeQueue queue = queues.get(replica.node());
                    boolean asked = queue != null && queue.asked.contains(chunk.chunk());
                    if (!asked && !confirmed.contains(replica.node())) {
                        wanted.computeIfAbsent(replica, key -> new ArrayList<>())
                                .add(chunk.chunk());
                    }
                }
            }
            wanted.forEach((replica, ids) -> {
                NodeQueue queue = queues.computeIfAbsent(replica.node(), node -> new NodeQueue(replica));
                queue.asked.addAll(ids);
                for (int from = 0; from < ids.size(); from += GROUP_MAX) {
                    queue.groups.addLast(List.copyOf(ids.subList(from, Math.min(ids.size(), from + GROUP_MAX))));
                }
                if (!queue.busy) {
                    queue.busy = true;
                    queue.sinceNanos = nanoTime.getAsLong();
                    idle.add(queue);
                }
            });
        } finally {
            lock.unlock();
        }
        idle.forEach(this::next);
    }

    private void next(NodeQueue queue) {
        List<ChunkId> group;
        lock.lock();
        try {
            group = queue.groups.pollFirst();
            queue.busy = group != null;
            queue.sinceNanos = nanoTime.getAsLong();
            answers++;
            progress.signalAll();
        } finally {
            lock.unlock();
        }
        if (group != null) {
            CompletableFuture<Void> unused = transport
                    .sync(queue.replica, group)
                    .whenComplete((done, failure) -> {
                        answered(queue, group, failure);
                        next(queue);
                    });
        }
    }

    private void answered(NodeQueue queue, List<ChunkId> group, @Nullable Throwable failure) {
        lock.lock();
        try {
            queue.unreachable = failure != null && !isOfOneChunk(failure);
            if (failure == null) {
                group.forEach(chunk -> copies.confirmed(chunk, queue.replica.node()));
                return;
            }
            LOG.info("sync of {} chunks on {}: {}", group.size(), queue.replica.node(), failure.getMessage());
            if (queue.unreachable) {
                queue.groups.forEach(queue.asked::removeAll);
                queue.groups.clear();
                queue.asked.removeAll(group);
            } else if (group.size() > 1) {
                int half = group.size() / 2;
                queue.groups.addFirst(group.subList(half, group.size()));
                queue.groups.addFirst(group.subList(0, half));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the node refused for one of the chunks, and may confirm the others. */
    private static boolean isOfOneChunk(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof FsException refusal
                && (refusal.errno() == Errno.ENOENT || refusal.errno() == Errno.EIO);
    }

    /** Waits until every node has answered everything, or those that have not made no progress for this long. */
    void await(long stallNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                long now = nanoTime.getAsLong();
                long left = 0;
                for (NodeQueue queue : queues.values()) {
                    if (queue.busy) {
                        left = Math.max(left, stallNanos - (now - queue.sinceNanos));
                    }
                }
                if (left <= 0) {
                    return;
                }
                long unused = progress.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for any answer, for this long at most. */
    void awaitAnswer(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long seen = answers;
            long left = nanos;
            while (left > 0 && seen == answers) {
                left = progress.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The chunk is needed no more, or is durable by other means. */
    void remove(ChunkId chunk) {
        lock.lock();
        try {
            copies.remove(chunk);
        } finally {
            lock.unlock();
        }
    }

    /** Chunks that too few nodes have confirmed. */
    Set<ChunkId> lacking() {
        lock.lock();
        try {
            return copies.lacking();
        } finally {
            lock.unlock();
        }
    }

    /** Nodes that have not answered for this long, or cannot be reached. */
    Set<NodeId> silentFor(long nanos) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            Set<NodeId> silent = new HashSet<>();
            queues.forEach((node, queue) -> {
                if (queue.unreachable || (queue.busy && now - queue.sinceNanos >= nanos)) {
                    silent.add(node);
                }
            });
            return silent;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a node other than the {@code stopped} is being asked for the chunk and may confirm it. */
    boolean isAwaited(ChunkPlacement chunk, Set<NodeId> stopped) {
        lock.lock();
        try {
            return chunk.replicas().stream().map(Replica::node).anyMatch(node -> {
                NodeQueue queue = queues.get(node);
                return queue != null
                        && queue.busy
                        && queue.asked.contains(chunk.chunk())
                        && !copies.nodesOf(chunk.chunk()).contains(node)
                        && !stopped.contains(node);
            });
        } finally {
            lock.unlock();
        }
    }
}
