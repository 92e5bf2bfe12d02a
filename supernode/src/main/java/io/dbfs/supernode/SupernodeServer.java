package io.dbfs.supernode;

import io.dbfs.common.DataDirectory;
import io.dbfs.common.host.DiskSpace;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.HostPort;
import io.dbfs.common.rpc.RpcServer;
import io.dbfs.common.wire.WireServer;
import io.dbfs.raft.ReplicatedGroup;
import io.dbfs.raft.jraft.GroupConfig;
import io.dbfs.raft.jraft.JRaftGroups;
import io.dbfs.raft.jraft.ReadMode;
import io.dbfs.raft.jraft.ReplicaSpec;
import io.dbfs.raft.memory.LocalGroup;
import io.dbfs.raft.memory.MemoryKvStore;
import io.dbfs.raft.rocksdb.RocksKvStore;
import io.dbfs.raft.rocksdb.RocksOptions;
import io.dbfs.supernode.names.NamesMachine;
import io.dbfs.supernode.release.GrpcContentsDropper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running process of the supernode. Thread-safe. */
public final class SupernodeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SupernodeServer.class);
    private static final String GROUP_ID = "supernode";
    private static final String STATE_FOLDER = "state";
    private static final String RAFT_FOLDER = "raft";

    private final String address;
    private final CompletableFuture<String> failed;
    private final Resources resources;

    private SupernodeServer(String address, CompletableFuture<String> failed, Resources resources) {
        this.address = address;
        this.failed = failed;
        this.resources = resources;
    }

    /**
     * Joins the group and serves. Returns before a leader is elected; until then every request is told NOT_LEADER.
     *
     * @throws io.dbfs.common.DataDirectoryException when the data directory is in use, or is not this supernode's
     * @throws IOException when an address cannot be bound, or the data directory cannot be read
     */
    public static SupernodeServer start(SupernodeConfig config) throws IOException {
        Resources resources = new Resources();
        try {
            DataDirectory directory = resources.add(
                    DataDirectory.open(config.dataDir(), GROUP_ID, config.self().raftAddress()));
            WireServer wire = resources.add(WireServer.start(wireBind(config).resolve(), List.of()));
            JRaftGroups groups = resources.add(new JRaftGroups(InstantSource.system(), System::nanoTime));
            CompletableFuture<String> failed = new CompletableFuture<>();
            ReplicatedGroup group = resources.add(groups.open(replica(config, directory, failed::complete), wire));
            DiskReserve disk = new DiskReserve(config.reserveBytes(), usableBytes(directory.path()));
            serve(group, config::self, config::members, disk, config.apiBind(), wire, config.sessionLease(), resources);
            LOG.info(
                    "supernode serves at {}, raft at {}, data in {}",
                    config.apiBind(),
                    config.self().raftAddress(),
                    directory.path());
            return new SupernodeServer(config.self().apiAddress(), failed, resources);
        } catch (IOException | RuntimeException failure) {
            resources.close();
            throw failure;
        }
    }

    /** On the host where the API listens, which clients know. */
    private static HostPort wireBind(SupernodeConfig config) {
        int port = HostPort.parse(config.self().raftAddress()).port();
        return HostPort.parse(config.apiBind()).withPort(port);
    }

    private static GroupConfig groupConfig(SupernodeConfig config, DataDirectory directory) {
        List<ReplicatedGroup.Member> members = config.members().stream()
                .map(member -> new ReplicatedGroup.Member(member.raftAddress(), true))
                .toList();
        return GroupConfig.of(GROUP_ID, config.self().raftAddress(), members, directory.resolve(RAFT_FOLDER))
                .withElectionTimeout(config.electionTimeout())
                .withReads(config.leaseReads() ? ReadMode.LEASE : ReadMode.READ_INDEX);
    }

    private static ReplicaSpec replica(SupernodeConfig config, DataDirectory directory, Consumer<String> fatal)
            throws IOException {
        return new ReplicaSpec(
                groupConfig(config, directory),
                new NamesMachine(),
                directory.resolve(STATE_FOLDER),
                (state, damaged) -> RocksKvStore.open(state, RocksOptions.defaults(), damaged),
                usableBytes(directory.path()),
                fatal);
    }

    private static LongSupplier usableBytes(Path directory) {
        return () -> {
            try {
                return DiskSpace.of(directory).usableBytes();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        };
    }

    /**
     * A supernode of one process that forgets everything when it is closed; for tests, and for trying things out.
     *
     * @param apiBind host:port; port 0 picks a free one
     * @throws IOException when the address cannot be bound
     */
    public static SupernodeServer startInMemory(String apiBind) throws IOException {
        Resources resources = new Resources();
        try {
            ReplicatedGroup group =
                    resources.add(new LocalGroup(new NamesMachine(), new MemoryKvStore(), InstantSource.system()));
            WireServer wire = resources.add(
                    WireServer.start(HostPort.parse(apiBind).withPort(0).resolve(), List.of()));
            AtomicReference<SupernodeMember> self = new AtomicReference<>();
            RpcServer server = serve(
                    group,
                    self::get,
                    () -> List.of(self.get()),
                    new DiskReserve(0, () -> Long.MAX_VALUE),
                    apiBind,
                    wire,
                    SupernodeConfig.DEFAULT_SESSION_LEASE,
                    resources);
            String address = new HostPort(HostPort.parse(apiBind).host(), server.port()).toString();
            self.set(new SupernodeMember(address, group.leadership().leaderRaftAddress()));
            return new SupernodeServer(address, new CompletableFuture<>(), resources);
        } catch (IOException | RuntimeException failure) {
            resources.close();
            throw failure;
        }
    }

    private static RpcServer serve(
            ReplicatedGroup group,
            Supplier<SupernodeMember> self,
            Supplier<List<SupernodeMember>> members,
            DiskReserve disk,
            String apiBind,
            WireServer wire,
            Duration sessionLease,
            Resources resources)
            throws IOException {
        Channels channels = resources.add(new Channels());
        Supernode supernode = new Supernode(
                group,
                self,
                members,
                new GrpcContentsDropper(channels),
                disk,
                sessionLease,
                System::nanoTime,
                new SplittableRandom());
        resources.add(new BackgroundWork(supernode::tick));
        RpcServer server =
                resources.add(RpcServer.start(apiBind, supernode.services(), List.of(), wire, Runnable::run));
        resources.add(supernode);
        return server;
    }

    /** "host:port" of the API. */
    public String address() {
        return address;
    }

    /** Completes, with one line that says why, when it cannot go on: its process should end, and may be started again. */
    public CompletableFuture<String> failed() {
        return failed.copy();
    }

    /** Stops serving, then leaves the group. */
    @Override
    public void close() {
        resources.close();
    }
}
