package io.dbfs.cluster.node;

import io.dbfs.cluster.chunk.ChunkStore;
import io.dbfs.cluster.leader.LeaderLocator;
import io.dbfs.cluster.leader.LeaderSettings;
import io.dbfs.common.config.ServerAddress;
import io.dbfs.common.host.HostStatistics;
import io.dbfs.common.wire.WireServer;
import io.dbfs.raft.ReplicatedGroup;
import java.util.List;
import java.util.Optional;

/**
 * What a node's process is made of, on disk or in memory. The process closes store, group and wire.
 *
 * @param host the host the node runs on; empty: that of its address
 * @param wire where the process speaks the wire protocol
 * @param advertised the node's API as others reach it; its port may be 0, then that of {@code bindAddress} counts
 * @param group the replica of the contents; absent from a node that holds chunks only
 * @param leader where such a node finds its leader
 */
record NodeParts(
        String cluster,
        String name,
        String host,
        String bindAddress,
        WireServer wire,
        ServerAddress advertised,
        List<String> supernodes,
        List<ServerAddress> founders,
        LeaderSettings settings,
        NodeIdentity identity,
        ChunkStore store,
        HostStatistics statistics,
        Optional<ReplicatedGroup> group,
        Optional<LeaderLocator> leader) {}
