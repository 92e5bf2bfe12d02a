package io.dbfs.cluster.node;

import io.dbfs.cluster.chunk.ChunkControlService;
import io.dbfs.cluster.chunk.ChunkCopier;
import io.dbfs.cluster.chunk.ChunkService;
import io.dbfs.cluster.chunk.ChunkServiceOptions;
import io.dbfs.cluster.leader.ClusterLeader;
import io.dbfs.cluster.leader.ContentsGroup;
import io.dbfs.cluster.leader.LeaderLocator;
import io.dbfs.cluster.leader.VoterPolicy;
import io.dbfs.common.NodeId;
import io.dbfs.common.config.ServerAddress;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.HostPort;
import io.dbfs.common.rpc.RpcServer;
import io.dbfs.proto.JoinRequest;
import io.dbfs.raft.ReplicatedGroup;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A node's parts put together and running: one API port, one set of threads. */
final class NodeProcess implements AutoCloseable {
    /** Nobody sends to this one: what a node is before it has joined. */
    private static final NodeId NOBODY = new NodeId(Integer.MAX_VALUE);

    private static final String REPORT = "report to the supernode";
    /** For one MiB of a copy. */
    private static final Duration COPY_TIMEOUT = Duration.ofSeconds(10);

    private final NodeParts parts;
    private final NodeThreads threads;
    private final Channels channels;
    private final ChunkService chunkService;
    private final RpcServer server;
    private final ServerAddress address;
    private final StorageNode node;
    private final Reporter reporter;
    private final Optional<ClusterLeader> leader;

    /** Starts serving, joining and reporting. */
    NodeProcess(NodeParts parts) throws IOException {
        this.parts = parts;
        threads = new NodeThreads(parts.name());
        channels = new Channels();
        chunkService = chunkService();
        Optional<ContentsGroup> group = parts.group().map(ContentsGroup::new);
        Optional<LeaderAddresses> leaders =
                group.map(present -> new LeaderAddresses(present, this::ownAddress, parts.founders()));
        leader = group.flatMap(present -> leaders.map(known -> leader(present, known)));
        server = serve();
        address = actualAddress();
        Supernodes supernodes = new Supernodes(channels, parts.supernodes());
        List<LeaderLocator> locators = new ArrayList<>();
        leaders.ifPresent(locators::add);
        parts.leader().ifPresent(locators::add);
        locators.add(supernodes.locatorOf(parts.cluster()));
        JoinRequest self = JoinRequest.newBuilder()
                .setName(parts.name())
                .setAddress(address.api())
                .setRaftAddress(address.raft())
                .setHost(parts.host())
                .build();
        node = storageNode(self, new LeaderCalls(channels, locators));
        reporter = new Reporter(
                parts.cluster(),
                parts.settings().replicas(),
                parts.founders().size(),
                self,
                parts.identity(),
                parts.store(),
                node,
                group,
                supernodes);
        begin(group);
    }

    ServerAddress address() {
        return address;
    }

    StorageNode node() {
        return node;
    }

    NodeThreads threads() {
        return threads;
    }

    /** The change of the group's members that is due, where this node leads. */
    Optional<VoterPolicy.Change> memberChange() {
        return leader.flatMap(ClusterLeader::memberChange);
    }

    /** Hands leadership over and tells the cluster that this node stops and will be back. Blocks for some seconds at most. */
    void announceStop() {
        parts.group().ifPresent(ReplicatedGroup::stepDown);
        if (!parts.supernodes().isEmpty()) {
            reporter.announceStop();
            NodeThreads.soon(threads.reports, REPORT, reporter::report);
        }
        node.announceStop(threads.beats);
    }

    private String ownAddress() {
        return address.api();
    }

    private NodeId self() {
        int id = parts.identity().nodeId();
        return id == 0 ? NOBODY : new NodeId(id);
    }

    private ChunkService chunkService() {
        return new ChunkService(this::self, parts.store(), channels.wire(), ChunkServiceOptions.defaults());
    }

    private ClusterLeader leader(ContentsGroup group, LeaderLocator locator) {
        return new ClusterLeader(
                group,
                parts.settings(),
                locator,
                () -> parts.store().usage().usableFreeBytes() > 0,
                task -> NodeThreads.soon(threads.leader, "leadership", task),
                System::nanoTime,
                new SplittableRandom(),
                UUID::randomUUID);
    }

    private RpcServer serve() throws IOException {
        List<ServerServiceDefinition> services = new ArrayList<>();
        services.add(new ChunkControlService(this::self, parts.store()).bindService());
        leader.ifPresent(present -> services.addAll(present.services()));
        try {
            return RpcServer.start(parts.bindAddress(), services, List.of(chunkService), parts.wire(), Runnable::run);
        } catch (IOException failure) {
            threads.close();
            channels.close();
            throw failure;
        }
    }

    private ServerAddress actualAddress() {
        HostPort told = HostPort.parse(parts.advertised().api());
        if (told.port() != 0) {
            return parts.advertised();
        }
        String api = new HostPort(told.host(), server.port()).toString();
        return new ServerAddress(api, api);
    }

    private StorageNode storageNode(JoinRequest self, LeaderCalls calls) {
        BeatReport report = new BeatReport();
        NodeTasks tasks = new NodeTasks(
                parts.store(),
                new ChunkCopier(parts.store(), channels.wire(), COPY_TIMEOUT),
                new Compactor(calls, new ChunkIo(channels.wire())),
                calls,
                parts.identity(),
                report,
                threads.workers,
                this::beatSoon);
        return new StorageNode(self, parts.identity(), parts.store(), parts.statistics(), calls, report, tasks);
    }

    private void begin(Optional<ContentsGroup> group) {
        leader.ifPresent(present -> NodeThreads.everySecond(threads.leader, "duties of the leader", present::tick));
        NodeThreads.everySecond(threads.beats, "heartbeat", node::beat);
        // A new leader hears of its nodes at once, and the supernode of the leader.
        group.ifPresent(present -> present.group().addListener(now -> beatSoon()));
        if (!parts.supernodes().isEmpty()) {
            Runnable reportSoon = () -> NodeThreads.soon(threads.reports, REPORT, reporter::report);
            NodeThreads.everySecond(threads.reports, REPORT, reporter::report);
            // Until the supernode has heard of a node it gives it nothing to do.
            CompletableFuture<Void> unused = node.joined().thenRun(reportSoon);
            group.ifPresent(present -> present.group().addListener(now -> reportSoon.run()));
        }
    }

    private void beatSoon() {
        NodeThreads.soon(threads.beats, "heartbeat", () -> node().beat());
    }

    /** Stops serving first, so that nobody waits for what will not be answered. */
    @Override
    public void close() {
        leader.ifPresent(ClusterLeader::close);
        server.close();
        threads.close();
        channels.close();
        parts.group().ifPresent(ReplicatedGroup::close);
        parts.wire().close();
        parts.store().close();
    }
}
