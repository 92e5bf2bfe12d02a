package io.dbfs.cluster.node;

import io.dbfs.cluster.chunk.MemoryChunkStore;
import io.dbfs.cluster.contents.ContentsMachine;
import io.dbfs.cluster.leader.LeaderSettings;
import io.dbfs.common.config.ServerAddress;
import io.dbfs.common.host.FixedHostStatistics;
import io.dbfs.common.host.HostLoad;
import io.dbfs.common.rpc.HostPort;
import io.dbfs.common.wire.WireServer;
import io.dbfs.raft.ReplicatedGroup;
import io.dbfs.raft.memory.LocalGroup;
import io.dbfs.raft.memory.MemoryKvStore;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * A cluster of several nodes in this process that forgets everything when it is closed; for tests. The nodes talk over
 * loopback as real ones do; the first alone has the contents and leads.
 */
public final class MemoryCluster implements AutoCloseable {
    private static final String ANY_PORT = "127.0.0.1:0";
    private static final int CHUNK_SIZE_BYTES = 1 << 20;
    private static final long NODE_BYTES = 256L << 20;
    private static final long JOIN_SECONDS = 10;

    private final List<NodeProcess> nodes = new ArrayList<>();
    private final List<MemoryChunkStore> stores = new ArrayList<>();

    private MemoryCluster() {}

    /**
     * Starts a cluster with two copies of each chunk, or one where it has one node. Returns when all nodes have joined, with
     * ids from 1 in the order of their numbers.
     *
     * @param supernodes "host:port" of those it reports to; may be empty
     * @throws IOException when no port can be bound
     */
    public static MemoryCluster start(String name, int nodes, List<String> supernodes) throws IOException {
        int replicas = Math.min(2, nodes);
        return start(name, nodes, supernodes, LeaderSettings.of(replicas, replicas, CHUNK_SIZE_BYTES));
    }

    /** As above, with other settings. */
    public static MemoryCluster start(String name, int nodes, List<String> supernodes, LeaderSettings settings)
            throws IOException {
        MemoryCluster cluster = new MemoryCluster();
        try {
            for (int number = 1; number <= nodes; number++) {
                cluster.add(name, number, supernodes, settings);
            }
        } catch (IOException failure) {
            cluster.close();
            throw failure;
        }
        return cluster;
    }

    /** "host:port" of the leader's API. */
    public String leaderAddress() {
        return nodes.get(0).address().api();
    }

    /** The chunks of a node, the leader being number 1. */
    public MemoryChunkStore store(int number) {
        return stores.get(number - 1);
    }

    /** Ends a node other than the leader, as if it had died. */
    public void kill(int number) {
        if (number == 1) {
            throw new IllegalArgumentException("node: 1 (expected: not the leader)");
        }
        nodes.get(number - 1).close();
    }

    private static void awaitJoined(NodeProcess node) throws IOException {
        try {
            node.node().joined().orTimeout(JOIN_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException late) {
            throw new IOException("a node has not joined within " + JOIN_SECONDS + " s", late);
        }
    }

    private void add(String name, int number, List<String> supernodes, LeaderSettings settings) throws IOException {
        MemoryChunkStore store = new MemoryChunkStore(InstantSource.system(), NODE_BYTES);
        Optional<ReplicatedGroup> group = number == 1
                ? Optional.of(new LocalGroup(new ContentsMachine(), new MemoryKvStore(), InstantSource.system()))
                : Optional.empty();
        stores.add(store);
        NodeProcess node = new NodeProcess(new NodeParts(
                name,
                "node-" + number,
                "",
                ANY_PORT,
                WireServer.start(HostPort.parse(ANY_PORT).resolve(), List.of()),
                new ServerAddress(ANY_PORT, ANY_PORT),
                supernodes,
                List.of(),
                settings,
                NodeIdentity.inMemory(),
                store,
                new FixedHostStatistics(new HostLoad(0, 1, 1, NODE_BYTES, NODE_BYTES, 0)),
                group,
                number == 1 ? Optional.empty() : Optional.of(() -> Optional.of(leaderAddress()))));
        nodes.add(node);
        awaitJoined(node);
    }

    @Override
    public void close() {
        for (int i = nodes.size() - 1; i >= 0; i--) {
            nodes.get(i).close();
        }
    }
}
