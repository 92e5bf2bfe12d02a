package io.dbfs.daemon.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies that were found missing or damaged a short while ago: they are asked last, and not reported again. Bounded;
 * thread-safe.
 */
final class UnusableReplicas {
    /** After this a copy is asked as any other again: it may have been replaced. */
    static final Duration REMEMBERED = Duration.ofMinutes(1);

    static final int KNOWN_MAX = 4096;

    private final LongSupplier nanoClock;
    private final Map<Key, Found> found = new LinkedHashMap<>();
    /** So that readers of sound chunks take no lock. */
    private volatile boolean any;

    private record Key(ChunkId chunk, NodeId node) {}

    private record Found(boolean missing, long nanos) {}

    UnusableReplicas(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** A node has no such chunk, or a damaged one; whether that is news. */
    synchronized boolean found(ChunkId chunk, NodeId node, boolean missing) {
        Key key = new Key(chunk, node);
        boolean news = isForgotten(found.remove(key));
        found.put(key, new Found(missing, nanoClock.getAsLong()));
        if (found.size() > KNOWN_MAX) {
            var eldest = found.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        any = true;
        return news;
    }

    /** The same replicas, with the unusable ones at the end. */
    List<Replica> last(ChunkId chunk, List<Replica> order) {
        if (!any || order.size() < 2) {
            return order;
        }
        List<Replica> usable = new ArrayList<>(order.size());
        List<Replica> unusable = new ArrayList<>();
        synchronized (this) {
            for (Replica replica : order) {
                boolean sound = isForgotten(found.get(new Key(chunk, replica.node())));
                (sound ? usable : unusable).add(replica);
            }
        }
        usable.addAll(unusable);
        return usable;
    }

    /** Whether one of the placement's nodes was found to have no such chunk. */
    boolean isOutdated(ChunkPlacement placement) {
        if (!any) {
            return false;
        }
        synchronized (this) {
            return placement.replicas().stream()
                    .map(replica -> found.get(new Key(placement.chunk(), replica.node())))
                    .anyMatch(known -> known != null && known.missing && !isForgotten(known));
        }
    }

    private boolean isForgotten(@Nullable Found known) {
        return known == null || nanoClock.getAsLong() - known.nanos >= REMEMBERED.toNanos();
    }
}
