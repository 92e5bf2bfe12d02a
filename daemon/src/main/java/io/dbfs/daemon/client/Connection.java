package io.dbfs.daemon.client;

import io.dbfs.common.ClusterId;
import io.dbfs.common.rpc.Channels;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A mount's connection to the whole system: names, clusters, session. Thread-safe. */
public final class Connection implements AutoCloseable {
    private final Channels channels;
    private final RetryPolicy policy;
    private final GroupCalls.Waits waits;
    private final GroupCalls supernode;
    private final Session session;
    private final NamesClient names;
    private final Watches watches;
    private final String host;
    private final ConcurrentMap<ClusterId, ContentsClient> clusters = new ConcurrentHashMap<>();

    private Connection(Channels channels, List<String> supernodes, MountIdentity identity, RetryPolicy policy) {
        this.channels = channels;
        this.policy = policy;
        this.host = identity.host();
        // The thread-local generator must be asked for by the thread that uses it.
        this.waits = new GroupCalls.Waits(
                System::nanoTime,
                TimeUnit.NANOSECONDS::sleep,
                () -> ThreadLocalRandom.current().nextLong());
        this.supernode = new GroupCalls(
                "supernode " + String.join(",", supernodes),
                new FixedLocator(supernodes, waits.nanoTime()),
                channels::calls,
                policy,
                waits);
        this.session = Session.open(supernode, identity);
        this.watches = new Watches(supernode, session::id, waits.nanoTime());
        this.names = new GrpcNamesClient(supernode, stamps(), watches.names()::watcher);
    }

    /**
     * Connects and opens a session.
     *
     * @param channels stay the caller's to close, after this connection
     * @param supernodes host:port of each supernode process
     * @throws io.dbfs.common.FsException ETIMEDOUT when no supernode answers within the operation timeout
     */
    public static Connection open(
            Channels channels, List<String> supernodes, MountIdentity identity, RetryPolicy policy) {
        return new Connection(channels, supernodes, identity, policy);
    }

    /** The namespace. */
    public NamesClient names() {
        return names;
    }

    /** The mount's session. */
    public Session session() {
        return session;
    }

    /** The streams by which changes of others are heard. */
    public Watches watches() {
        return watches;
    }

    /** A cluster's contents. */
    public ContentsClient cluster(ClusterId cluster) {
        return clusters.computeIfAbsent(cluster, this::connect);
    }

    private ContentsClient connect(ClusterId cluster) {
        GroupCalls calls = new GroupCalls(
                "cluster " + cluster,
                new RouteLocator(cluster, supernode, waits.nanoTime()),
                channels::calls,
                policy,
                waits);
        return new GrpcContentsClient(calls, stamps(), session::id, host, () -> {
            watches.using(cluster, calls);
            return watches.contents(cluster).watcher();
        });
    }

    private OpStamps stamps() {
        return new OpStamps(session::id, policy.operationTimeout().toNanos());
    }

    /** Ends the streams and the session. */
    @Override
    public void close() {
        watches.close();
        session.close();
    }
}
