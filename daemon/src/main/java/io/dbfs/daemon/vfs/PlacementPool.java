package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.daemon.chunk.Replica;
import io.dbfs.daemon.client.ContentsClient;
import io.dbfs.proto.AllocateReply;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Places to write chunks of one cluster to, fetched in batches so that writing waits for none. Thread-safe; a call that
 * finds none asks the cluster.
 */
final class PlacementPool {
    private static final int BATCH = 16;
    /** How long a node that broke a chain gets no chunks from this mount; by then the cluster knows better. */
    private static final long AVOIDED_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** The same for one that stalls: the cluster may not know, where it is a disk that hangs. */
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final ContentsClient cluster;
    private final LongSupplier nanoTime;
    private final Deque<Offer> offers = new ArrayDeque<>();
    private final Map<NodeId, Long> avoidedUntil = new HashMap<>();
    private volatile int chunkSizeBytes;
    private volatile int minReplicas;

    private record Offer(ChunkPlacement placement, long validUntilNanos) {}

    PlacementPool(ContentsClient cluster, LongSupplier nanoTime) {
        this.cluster = cluster;
        this.nanoTime = nanoTime;
    }

    /** The cluster's largest chunk, in bytes; the first call asks for it. */
    int chunkSizeBytes() {
        int size = chunkSizeBytes;
        return size > 0 ? size : learnChunkSize();
    }

    private synchronized int learnChunkSize() {
        if (chunkSizeBytes == 0) {
            refill(Set.of());
        }
        return chunkSizeBytes;
    }

    /** A place without the nodes in {@code avoid}; ENOSPC when there is none. */
    synchronized ChunkPlacement take(Set<NodeId> avoid) {
        ChunkPlacement found = poll(avoid);
        if (found == null) {
            refill(avoid);
            found = poll(Set.of());
        }
        if (found == null) {
            throw new FsException(Errno.ENOSPC, "the cluster offers no place for a chunk");
        }
        return found;
    }

    /** Copies that a chunk of this cluster must have, as the cluster told when it was last asked for places; 0 before. */
    int minReplicas() {
        return minReplicas;
    }

    /** The node just failed, or stalls: places on it are given up. */
    synchronized void discard(NodeId node, boolean stalled) {
        long until = nanoTime.getAsLong() + (stalled ? STALLED_NANOS : AVOIDED_NANOS);
        avoidedUntil.merge(node, until, (known, added) -> known - added < 0 ? added : known);
        offers.removeIf(offer -> holds(offer.placement(), Set.of(node)));
    }

    private @Nullable ChunkPlacement poll(Set<NodeId> avoid) {
        long now = nanoTime.getAsLong();
        offers.removeIf(offer -> offer.validUntilNanos() - now <= 0);
        for (Iterator<Offer> iterator = offers.iterator(); iterator.hasNext(); ) {
            ChunkPlacement placement = iterator.next().placement();
            if (!holds(placement, avoid)) {
                iterator.remove();
                return placement;
            }
        }
        return null;
    }

    private void refill(Set<NodeId> avoid) {
        long now = nanoTime.getAsLong();
        avoidedUntil.values().removeIf(until -> until - now <= 0);
        Set<NodeId> avoided = new HashSet<>(avoid);
        avoided.addAll(avoidedUntil.keySet());
        AllocateReply reply = cluster.allocate(BATCH, avoided);
        long validUntil = now + TimeUnit.MILLISECONDS.toNanos(reply.getValidMillis());
        reply.getPlacementsList()
                .forEach(placement -> offers.addLast(new Offer(ChunkPlacement.of(placement), validUntil)));
        chunkSizeBytes = reply.getChunkSizeBytes();
        minReplicas = reply.getMinReplicas();
    }

    private static boolean holds(ChunkPlacement placement, Set<NodeId> nodes) {
        return placement.replicas().stream().map(Replica::node).anyMatch(nodes::contains);
    }
}
