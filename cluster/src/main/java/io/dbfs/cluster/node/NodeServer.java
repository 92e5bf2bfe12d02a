package io.dbfs.cluster.node;

import io.dbfs.cluster.chunk.ChunkStoreOptions;
import io.dbfs.cluster.chunk.FileChunkStore;
import io.dbfs.cluster.contents.ContentsMachine;
import io.dbfs.cluster.leader.ContentsGroup;
import io.dbfs.common.DataDirectory;
import io.dbfs.common.config.ServerAddress;
import io.dbfs.common.host.DiskSpace;
import io.dbfs.common.host.OshiHostStatistics;
import io.dbfs.common.rpc.HostPort;
import io.dbfs.common.wire.WireServer;
import io.dbfs.raft.ReplicatedGroup;
import io.dbfs.raft.ReplicatedGroup.Member;
import io.dbfs.raft.jraft.GroupConfig;
import io.dbfs.raft.jraft.JRaftGroups;
import io.dbfs.raft.jraft.ReplicaSpec;
import io.dbfs.raft.rocksdb.RocksKvStore;
import io.dbfs.raft.rocksdb.RocksOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running storage node. Thread-safe. */
public final class NodeServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeServer.class);
    private static final long RESERVE_BYTES_MAX = 1L << 30;
    private static final int RESERVE_DISK_SHARE = 50;

    private final DataDirectory directory;
    private final JRaftGroups groups;
    private final NodeProcess process;
    private final CompletableFuture<String> failed;

    private NodeServer(
            DataDirectory directory, JRaftGroups groups, NodeProcess process, CompletableFuture<String> failed) {
        this.directory = directory;
        this.groups = groups;
        this.process = process;
        this.failed = failed;
    }

    /**
     * Starts a node. Returns as soon as it serves; it joins its cluster, and the cluster elects its leader, meanwhile.
     *
     * @throws io.dbfs.common.DataDirectoryException when the data directory is not this node's to use; the message is one
     *     line for the person who started it
     * @throws IOException when the disk fails or an address cannot be bound
     */
    public static NodeServer start(NodeConfig config) throws IOException {
        DataDirectory directory = DataDirectory.open(config.dataDirectory(), "node", config.cluster());
        JRaftGroups groups = new JRaftGroups(InstantSource.system(), System::nanoTime);
        try {
            return start(config, directory, groups);
        } catch (IOException | RuntimeException failure) {
            groups.close();
            directory.close();
            throw failure;
        }
    }

    private static NodeServer start(NodeConfig config, DataDirectory directory, JRaftGroups groups) throws IOException {
        NodeIdentity identity = NodeIdentity.load(directory.path());
        FileChunkStore store =
                FileChunkStore.open(ChunkStoreOptions.of(directory.resolve("chunks"), reserveBytes(config))
                        .withDirectIo(config.directIo()));
        WireServer wire;
        try {
            wire = WireServer.start(wireBind(config).resolve(), List.of());
        } catch (IOException | RuntimeException failure) {
            store.close();
            throw failure;
        }
        CompletableFuture<String> failed = new CompletableFuture<>();
        ReplicatedGroup group;
        try {
            group = openGroup(config, directory, groups, wire, failed::complete);
        } catch (IOException | RuntimeException failure) {
            wire.close();
            store.close();
            throw failure;
        }
        NodeProcess process;
        try {
            process = new NodeProcess(new NodeParts(
                    config.cluster(),
                    config.name(),
                    config.host(),
                    config.bindAddress(),
                    wire,
                    config.address(),
                    config.supernodes(),
                    config.initialMembers(),
                    config.leaderSettings(),
                    identity,
                    store,
                    new OshiHostStatistics(directory.path()),
                    Optional.of(group),
                    Optional.empty()));
        } catch (IOException | RuntimeException failure) {
            group.close();
            wire.close();
            store.close();
            throw failure;
        }
        RaftMembership membership = new RaftMembership(new ContentsGroup(group), process::memberChange);
        NodeThreads.everySecond(process.threads().leader, "membership of the group", membership::tick);
        log.info(
                "node {} of cluster {} serves at {}",
                config.name(),
                config.cluster(),
                process.address().api());
        return new NodeServer(directory, groups, process, failed);
    }

    /** "host:port" of the node's API. */
    public String address() {
        return process.address().api();
    }

    /** Completes when the node has joined its cluster since it was started. */
    public CompletableFuture<Void> joined() {
        return process.node().joined().copy();
    }

    /** Completes, with one line that says why, when it cannot go on: its process should end, and may be started again. */
    public CompletableFuture<String> failed() {
        return failed.copy();
    }

    /**
     * Asks to leave the cluster. Completes when all of this node's chunks have been copied elsewhere and the cluster has
     * forgotten it; until then it goes on serving. Blocks for one call to the leader.
     *
     * @throws io.dbfs.common.FsException when the leader does not take the request
     */
    public CompletableFuture<Void> leave() {
        return process.node().leave().copy();
    }

    /**
     * Stops in order: the cluster is told that this node will be back, so that it waits for it, and another node leads from
     * here on. What cannot be told within some seconds is not told: then the cluster takes the node for dead sooner.
     */
    public void stop() {
        process.announceStop();
        close();
    }

    /** Stops serving without a word, leaves the Raft group to the others, and lets go of the data directory. */
    @Override
    public void close() {
        process.close();
        groups.close();
        try {
            directory.close();
        } catch (IOException e) {
            log.warn("data directory {} was not let go of", directory.path(), e);
        }
    }

    /** On the host where the API listens, which clients know. */
    private static HostPort wireBind(NodeConfig config) {
        int port = HostPort.parse(config.address().raft()).port();
        return HostPort.parse(config.bindAddress()).withPort(port);
    }

    private static ReplicatedGroup openGroup(
            NodeConfig config, DataDirectory directory, JRaftGroups groups, WireServer wire, Consumer<String> fatal)
            throws IOException {
        GroupConfig raft = GroupConfig.of(
                        "cluster-" + config.cluster(),
                        config.address().raft(),
                        founders(config),
                        directory.resolve("raft"))
                .withReads(config.reads())
                .withElectionTimeout(config.electionTimeout());
        return groups.open(
                new ReplicaSpec(
                        raft,
                        new ContentsMachine(),
                        directory.resolve("state"),
                        (state, damaged) -> RocksKvStore.open(state, RocksOptions.defaults(), damaged),
                        () -> usableBytes(directory),
                        fatal),
                wire);
    }

    private static long usableBytes(DataDirectory directory) {
        try {
            return DiskSpace.of(directory.path()).usableBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A node that founds nothing waits to be taken into the group. */
    private static List<Member> founders(NodeConfig config) {
        List<Member> founders = config.initialMembers().stream()
                .map(ServerAddress::raft)
                .map(raft -> new Member(raft, true))
                .toList();
        boolean founds = founders.stream()
                .anyMatch(member -> member.raftAddress().equals(config.address().raft()));
        return founds ? founders : List.of();
    }

    private static long reserveBytes(NodeConfig config) throws IOException {
        if (config.reserveBytes() >= 0) {
            return config.reserveBytes();
        }
        long diskBytes = DiskSpace.of(config.dataDirectory()).totalBytes();
        return Math.min(RESERVE_BYTES_MAX, diskBytes / RESERVE_DISK_SHARE);
    }
}
