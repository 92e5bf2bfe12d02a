package io.dbfs.daemon.chunk;

import io.dbfs.common.rpc.HostPort;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Which replica to read first: one that has not just failed, then one on this host, then the one with the fewest reads
 * of this daemon outstanding. Thread-safe.
 */
final class ReplicaOrder {
    private static final Duration AVOIDED_AFTER_FAILURE = Duration.ofSeconds(5);

    private final Set<String> localHosts;
    private final LongSupplier nanoClock;
    private final ConcurrentMap<String, Node> nodes = new ConcurrentHashMap<>();

    private static final class Node {
        final boolean local;
        final AtomicInteger outstanding = new AtomicInteger();
        volatile long avoidedUntilNanos;

        Node(boolean local, long nowNanos) {
            this.local = local;
            this.avoidedUntilNanos = nowNanos;
        }
    }

    private record Rank(Replica replica, boolean avoided, boolean remote, int outstanding) {}

    ReplicaOrder(Set<String> localHosts, LongSupplier nanoClock) {
        this.localHosts = localHosts;
        this.nanoClock = nanoClock;
    }

    List<Replica> order(List<Replica> replicas) {
        long now = nanoClock.getAsLong();
        // Ranked once: what is compared must not change while it is sorted.
        return replicas.stream()
                .map(replica -> rank(replica, now))
                .sorted(Comparator.comparing(Rank::avoided)
                        .thenComparing(Rank::remote)
                        .thenComparing(Rank::outstanding))
                .map(Rank::replica)
                .toList();
    }

    private Rank rank(Replica replica, long now) {
        Node node = node(replica);
        return new Rank(replica, node.avoidedUntilNanos - now > 0, !node.local, node.outstanding.get());
    }

    void started(Replica replica) {
        node(replica).outstanding.incrementAndGet();
    }

    void ended(Replica replica) {
        node(replica).outstanding.decrementAndGet();
    }

    /** The node did not answer: others come first for a while. */
    void failed(Replica replica) {
        node(replica).avoidedUntilNanos = nanoClock.getAsLong() + AVOIDED_AFTER_FAILURE.toNanos();
    }

    /** Nodes are few, and so is what is kept of them. */
    private Node node(Replica replica) {
        return nodes.computeIfAbsent(
                replica.address(),
                address -> new Node(localHosts.contains(HostPort.parse(address).host()), nanoClock.getAsLong()));
    }
}
