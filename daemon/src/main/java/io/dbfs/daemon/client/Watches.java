package io.dbfs.daemon.client;

import io.dbfs.common.ClusterId;
import io.dbfs.daemon.watch.ChangeListener;
import io.dbfs.daemon.watch.Coverage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A mount's streams of changes: one with the supernode and one with every cluster whose files it has looked at. Without
 * {@link #start} nothing is watched and nothing covered. Thread-safe.
 */
public final class Watches implements AutoCloseable {
    private final GroupCalls supernode;
    private final LongSupplier session;
    private final LongSupplier nanoTime;
    private final Coverage names;
    private final ConcurrentMap<ClusterId, Coverage> clusters = new ConcurrentHashMap<>();
    private final ConcurrentMap<ClusterId, WatchStream> clusterStreams = new ConcurrentHashMap<>();
    private volatile @Nullable Start start;
    private volatile @Nullable WatchStream nameStream;

    private record Start(
            Function<ClusterId, ChangeListener> listeners, ScheduledExecutorService timer, Executor connectors) {}

    Watches(GroupCalls supernode, LongSupplier session, LongSupplier nanoTime) {
        this.supernode = supernode;
        this.session = session;
        this.nanoTime = nanoTime;
        this.names = new Coverage(nanoTime);
    }

    /** What covers names and identities. */
    public Coverage names() {
        return names;
    }

    /** What covers the contents of a cluster's files; the same for every call. */
    public Coverage contents(ClusterId cluster) {
        return clusters.computeIfAbsent(cluster, ignored -> new Coverage(nanoTime));
    }

    /**
     * Watches from now on.
     *
     * @param nameListener hears of names and identities
     * @param contentsListeners hear of the contents of one cluster each
     * @param timer nothing on it blocks
     * @param connectors runs what waits for up to a second
     */
    public void start(
            ChangeListener nameListener,
            Function<ClusterId, ChangeListener> contentsListeners,
            ScheduledExecutorService timer,
            Executor connectors) {
        start = new Start(contentsListeners, timer, connectors);
        nameStream = new WatchStream(supernode, session, names, nameListener, timer, connectors, nanoTime);
    }

    /** Files of this cluster are looked at. */
    void using(ClusterId cluster, GroupCalls calls) {
        Start now = start;
        if (now != null && !clusterStreams.containsKey(cluster)) {
            clusterStreams.computeIfAbsent(
                    cluster,
                    id -> new WatchStream(
                            calls,
                            session,
                            contents(id),
                            now.listeners().apply(id),
                            now.timer(),
                            now.connectors(),
                            nanoTime));
        }
    }

    @Override
    public void close() {
        start = null;
        WatchStream stream = nameStream;
        if (stream != null) {
            stream.close();
        }
        clusterStreams.values().forEach(WatchStream::close);
    }
}
