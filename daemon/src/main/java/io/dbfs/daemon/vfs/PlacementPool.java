package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.daemon.chunk.Replica;
import io.dbfs.daemon.client.ContentsClient;
import io.dbfs.proto.AllocateReply;
import io.dbfs.proto.Placement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Places to write chunks of one cluster to, fetched in batches so that writing waits for none. Thread-safe; a call that
 * finds none asks the cluster, and waits for a bounded time while space is being reclaimed.
 */
final class PlacementPool {
    private static final int BATCH = 16;
    /** Until a cluster that is full has told its own: what fits a chunk of any cluster that is nearly full. */
    private static final int CHUNK_BYTES_WHEN_FULL = 256 << 10;
    /** How long a node that broke a chain gets no chunks from this mount; by then the cluster knows better. */
    private static final long AVOIDED_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** The same for one that stalls: the cluster may not know, where it is a disk that hangs. */
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** A node that refused a chunk for want of room has told the cluster by then. */
    private static final Duration RETRY_AFTER_REFUSAL = Duration.ofMillis(300);
    /** Between questions while files that were deleted are being released. */
    private static final Duration RETRY_WHILE_RELEASING = Duration.ofMillis(300);
    /** A write waits for space to be reclaimed for this long at most. */
    static final Duration RECLAIM_TIMEOUT = Duration.ofSeconds(10);

    private final ContentsClient cluster;
    private final ReclaimableSpace reclaimable;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition passed = lock.newCondition();
    private final Deque<Offer> offers = new ArrayDeque<>();
    private final Map<NodeId, Long> avoidedUntil = new HashMap<>();
    private boolean refused;
    private volatile int chunkSizeBytes;
    private volatile int minReplicas;

    /** A placement, the longest chunk it is for, and when it ends. */
    private record Offer(ChunkPlacement placement, int bytesMax, long validUntilNanos) {}

    PlacementPool(ContentsClient cluster, ReclaimableSpace reclaimable, LongSupplier nanoTime) {
        this.cluster = cluster;
        this.reclaimable = reclaimable;
        this.nanoTime = nanoTime;
    }

    /** How long chunks of the cluster are to be now, in bytes; the first call asks for it. */
    int chunkSizeBytes() {
        int size = chunkSizeBytes;
        return size > 0 ? size : learnChunkSize();
    }

    private int learnChunkSize() {
        lock.lock();
        try {
            if (chunkSizeBytes == 0) {
                refill(0, Set.of());
            }
            return chunkSizeBytes;
        } catch (FsException e) {
            if (e.errno() != Errno.ENOSPC) {
                throw e;
            }
            // Few bytes need no chunk, and there may be room for them.
            return CHUNK_BYTES_WHEN_FULL;
        } finally {
            lock.unlock();
        }
    }

    /** A place for a chunk of up to {@code bytes}, without the nodes in {@code avoid}; ENOSPC when there is none. */
    ChunkPlacement take(int bytes, Set<NodeId> avoid) {
        lock.lock();
        try {
            if (refused) {
                refused = false;
                pause(RETRY_AFTER_REFUSAL.toNanos());
            }
            long deadline = nanoTime.getAsLong() + RECLAIM_TIMEOUT.toNanos();
            ChunkPlacement found = poll(bytes, avoid);
            while (found == null) {
                long retryNanos = refill(bytes, avoid);
                found = poll(bytes, Set.of());
                if (found == null) {
                    if (retryNanos == 0 || nanoTime.getAsLong() - deadline >= 0) {
                        throw new FsException(
                                Errno.ENOSPC, "the cluster has no place for a chunk of " + bytes + " bytes");
                    }
                    pause(retryNanos);
                }
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /** Others may use the pool meanwhile. */
    private void pause(long nanos) {
        try {
            long left = nanos;
            while (left > 0) {
                left = passed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FsException(Errno.EINTR, "interrupted while waiting for space");
        }
    }

    /** Copies that a chunk of this cluster must have, as the cluster told when it was last asked for places; 0 before. */
    int minReplicas() {
        return minReplicas;
    }

    /** The node just failed, or stalls: places on it are given up. */
    void discard(NodeId node, boolean stalled) {
        lock.lock();
        try {
            long until = nanoTime.getAsLong() + (stalled ? STALLED_NANOS : AVOIDED_NANOS);
            avoidedUntil.merge(node, until, (known, added) -> known - added < 0 ? added : known);
            offers.removeIf(offer -> holds(offer.placement(), Set.of(node)));
        } finally {
            lock.unlock();
        }
    }

    /** A node had no room for a chunk that was placed on it: no place that was given before counts any more. */
    void discardAll() {
        lock.lock();
        try {
            offers.clear();
            refused = true;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable ChunkPlacement poll(int bytes, Set<NodeId> avoid) {
        long now = nanoTime.getAsLong();
        offers.removeIf(offer -> offer.validUntilNanos() - now <= 0);
        for (Iterator<Offer> iterator = offers.iterator(); iterator.hasNext(); ) {
            Offer offer = iterator.next();
            if (bytes <= offer.bytesMax() && !holds(offer.placement(), avoid)) {
                iterator.remove();
                return offer.placement();
            }
        }
        return null;
    }

    /** Asks for more. Returns after what time to ask again if these are not enough; 0: they are all there are. */
    private long refill(int bytes, Set<NodeId> avoid) {
        long now = nanoTime.getAsLong();
        avoidedUntil.values().removeIf(until -> until - now <= 0);
        Set<NodeId> avoided = new HashSet<>(avoid);
        avoided.addAll(avoidedUntil.keySet());
        AllocateReply reply;
        try {
            reply = cluster.allocate(BATCH, bytes, avoided);
        } catch (FsException full) {
            if (full.errno() == Errno.ENOSPC && reclaimable.release()) {
                return RETRY_WHILE_RELEASING.toNanos();
            }
            throw full;
        }
        long validUntil = now + TimeUnit.MILLISECONDS.toNanos(reply.getValidMillis());
        reply.getPlacementsList().forEach(placement -> offers.addLast(offer(placement, reply, validUntil)));
        chunkSizeBytes = reply.getChunkSizeBytes();
        minReplicas = reply.getMinReplicas();
        if (reply.getPlacementsCount() == 0) {
            reclaimable.release();
        }
        return TimeUnit.MILLISECONDS.toNanos(reply.getRetryMillis());
    }

    private static Offer offer(Placement placement, AllocateReply reply, long validUntilNanos) {
        int bytesMax = placement.getMaxBytes() == 0 ? reply.getChunkSizeBytes() : placement.getMaxBytes();
        return new Offer(ChunkPlacement.of(placement), bytesMax, validUntilNanos);
    }

    private static boolean holds(ChunkPlacement placement, Set<NodeId> nodes) {
        return placement.replicas().stream().map(Replica::node).anyMatch(nodes::contains);
    }
}
