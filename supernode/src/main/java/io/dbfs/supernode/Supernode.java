package io.dbfs.supernode;

import io.dbfs.common.watch.WatchService;
import io.dbfs.common.watch.Watchers;
import io.dbfs.proto.ReplicaState;
import io.dbfs.proto.ReplicaStatus;
import io.dbfs.proto.SupernodeStatus;
import io.dbfs.raft.ReplicaHealth;
import io.dbfs.raft.ReplicatedGroup;
import io.dbfs.supernode.gateway.NamesService;
import io.dbfs.supernode.gateway.RegistryService;
import io.dbfs.supernode.gateway.SessionsService;
import io.dbfs.supernode.registry.ClusterRegistry;
import io.dbfs.supernode.release.ContentsDropper;
import io.dbfs.supernode.release.ReleaseWorker;
import io.dbfs.supernode.replica.Namespace;
import io.dbfs.supernode.session.SessionKeeper;
import io.dbfs.supernode.session.SessionLeases;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** One replica's services and background work, over whatever group and clocks it is given. Thread-safe. */
final class Supernode implements AutoCloseable {
    private final ReplicatedGroup group;
    private final Supplier<SupernodeMember> self;
    private final Supplier<List<SupernodeMember>> members;
    private final DiskReserve disk;
    private final Namespace namespace;
    private final ClusterRegistry registry;
    private final SessionLeases leases;
    private final SessionKeeper keeper;
    private final ReleaseWorker releases;
    private final Watchers watchers;
    private final WatchService watching;

    /**
     * @param members every process of the group; asked at each use
     * @param nanoTime a clock that only goes forward
     */
    Supernode(
            ReplicatedGroup group,
            Supplier<SupernodeMember> self,
            Supplier<List<SupernodeMember>> members,
            ContentsDropper dropper,
            DiskReserve disk,
            Duration sessionLease,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this.group = group;
        this.self = self;
        this.members = members;
        this.disk = disk;
        namespace = new Namespace(group, this::apiAddress);
        registry = new ClusterRegistry(nanoTime, random);
        leases = new SessionLeases(sessionLease, nanoTime);
        keeper = new SessionKeeper(namespace, leases);
        releases = new ReleaseWorker(namespace, registry, dropper);
        watchers = new Watchers(nanoTime);
        watching = new WatchService(
                watchers, group::readBarrier, failure -> namespace.refusal("watch", failure), nanoTime);
        group.addListener(this::onLeadership);
    }

    private void onLeadership(ReplicatedGroup.Leadership now) {
        if (now.leads()) {
            watchers.succeed();
        }
    }

    List<ServerServiceDefinition> services() {
        return List.of(
                new NamesService(namespace, registry, watchers, disk::exhausted).bindService(),
                watching.bindService(),
                new SessionsService(namespace, leases, keeper).bindService(),
                new RegistryService(namespace, registry, leases, this::status).bindService());
    }

    /** The background work, once a second. */
    void tick() {
        if (namespace.leads()) {
            registry.forgetSilent();
        } else {
            registry.clear();
        }
        keeper.tick();
        releases.tick();
        disk.check();
    }

    /** Ends the streams of changes, which would go on for as long as the mounts do. */
    @Override
    public void close() {
        watching.close();
    }

    private String apiAddress(String raftAddress) {
        return members.get().stream()
                .filter(member -> member.raftAddress().equals(raftAddress))
                .map(SupernodeMember::apiAddress)
                .findFirst()
                .orElse("");
    }

    private List<SupernodeStatus> status() {
        String leader = group.leadership().leaderRaftAddress();
        return members.get().stream()
                .map(member -> SupernodeStatus.newBuilder()
                        .setAddress(member.apiAddress())
                        .setLeads(member.raftAddress().equals(leader))
                        .setReplica(member.equals(self.get()) ? ownReplica() : ReplicaStatus.getDefaultInstance())
                        .build())
                .toList();
    }

    private ReplicaStatus ownReplica() {
        ReplicaHealth health = group.health();
        ReplicaState state = switch (health.state()) {
            case RUNNING -> ReplicaState.REPLICA_RUNNING;
            case HALTED -> ReplicaState.REPLICA_HALTED;
            case REFILLING -> ReplicaState.REPLICA_REFILLING;
        };
        return ReplicaStatus.newBuilder()
                .setState(state)
                .setDetail(health.detail())
                .build();
    }
}
