package io.dbfs.cluster.node;

import io.dbfs.cluster.leader.LeaderSettings;
import io.dbfs.common.config.ServerAddress;
import io.dbfs.raft.jraft.ReadMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a storage node is told at its start.
 *
 * @param cluster name of the cluster
 * @param name of this node, unique in its cluster; it keeps its identity by it
 * @param host the host it runs on, its failure domain; empty: that of its address
 * @param bindAddress "host:port" the API listens on
 * @param address the node's own two addresses, as others reach them; Raft listens on its own as well
 * @param supernodes "host:port" of each; empty only in tests
 * @param initialMembers who founds the cluster, the same on every founder; a node not among them joins through the
 *     supernode
 * @param replicas copies of each chunk, and {@code minReplicas} those that suffice; of a cluster that exists, as founded
 * @param chunkSizeBytes the largest chunk clients are to write
 * @param reserveBytes free space of the disk that chunks never take; negative: 2 % of the disk, at most 1 GiB
 * @param restartTimeout how long a node that stopped in order is waited for
 * @param lockLease silence after which a mount has lost its file locks
 * @param directIo whether long pieces of chunks are written and read past the page cache
 */
public record NodeConfig(
        String cluster,
        String name,
        String host,
        String bindAddress,
        ServerAddress address,
        List<String> supernodes,
        List<ServerAddress> initialMembers,
        Path dataDirectory,
        int replicas,
        int minReplicas,
        int chunkSizeBytes,
        long reserveBytes,
        Duration suspectAfter,
        Duration deadAfter,
        Duration restartTimeout,
        Duration electionTimeout,
        ReadMode reads,
        Duration lockLease,
        boolean directIo) {
    private static final int CHUNK_SIZE_BYTES = 8 << 20;
    private static final int CHUNK_SIZE_BYTES_MIN = 64 << 10;

    public NodeConfig {
        supernodes = List.copyOf(supernodes);
        initialMembers = List.copyOf(initialMembers);
        require(!cluster.isEmpty(), "cluster", cluster, "a name");
        require(!name.isEmpty(), "name", name, "a name");
        require(
                chunkSizeBytes >= CHUNK_SIZE_BYTES_MIN && chunkSizeBytes % CHUNK_SIZE_BYTES_MIN == 0,
                "chunkSizeBytes",
                chunkSizeBytes,
                "a multiple of 64 KiB");
        require(minReplicas >= 1 && minReplicas <= replicas, "minReplicas", minReplicas, "1 to replicas, " + replicas);
        require(
                suspectAfter.compareTo(deadAfter) <= 0,
                "suspectAfter",
                suspectAfter,
                "at most deadAfter, " + deadAfter);
    }

    /** A node with the default settings: two copies, chunks of 8 MiB. It listens where others reach it. */
    public static NodeConfig of(
            String cluster,
            String name,
            ServerAddress address,
            List<String> supernodes,
            List<ServerAddress> initialMembers,
            Path dataDirectory) {
        return new NodeConfig(
                cluster,
                name,
                "",
                address.api(),
                address,
                supernodes,
                initialMembers,
                dataDirectory,
                2,
                2,
                CHUNK_SIZE_BYTES,
                -1,
                Duration.ofSeconds(3),
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                Duration.ofMillis(800),
                ReadMode.LEASE,
                Duration.ofSeconds(30),
                true);
    }

    /** The same with other numbers of copies. */
    public NodeConfig withReplicas(int wanted, int least) {
        return new NodeConfig(
                cluster,
                name,
                host,
                bindAddress,
                address,
                supernodes,
                initialMembers,
                dataDirectory,
                wanted,
                least,
                chunkSizeBytes,
                reserveBytes,
                suspectAfter,
                deadAfter,
                restartTimeout,
                electionTimeout,
                reads,
                lockLease,
                directIo);
    }

    /** The same on another host than that of its address. */
    public NodeConfig withHost(String other) {
        return new NodeConfig(
                cluster,
                name,
                other,
                bindAddress,
                address,
                supernodes,
                initialMembers,
                dataDirectory,
                replicas,
                minReplicas,
                chunkSizeBytes,
                reserveBytes,
                suspectAfter,
                deadAfter,
                restartTimeout,
                electionTimeout,
                reads,
                lockLease,
                directIo);
    }

    /** The same with other times of silence after which a node is suspect, and dead. */
    public NodeConfig withSilence(Duration suspect, Duration dead) {
        return new NodeConfig(
                cluster,
                name,
                host,
                bindAddress,
                address,
                supernodes,
                initialMembers,
                dataDirectory,
                replicas,
                minReplicas,
                chunkSizeBytes,
                reserveBytes,
                suspect,
                dead,
                restartTimeout,
                electionTimeout,
                reads,
                lockLease,
                directIo);
    }

    LeaderSettings leaderSettings() {
        return LeaderSettings.of(replicas, minReplicas, chunkSizeBytes)
                .withSilence(suspectAfter, deadAfter)
                .withRestartTimeout(restartTimeout)
                .withLockLease(lockLease);
    }

    private static void require(boolean good, String key, Object value, String expected) {
        if (!good) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: " + expected + ")");
        }
    }
}
