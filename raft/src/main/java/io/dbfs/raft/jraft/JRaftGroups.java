package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.option.ReadOnlyOption;
import com.alipay.sofa.jraft.util.NamedThreadFactory;
import io.dbfs.common.wire.WireServer;
import io.dbfs.raft.DamagedStorageException;
import io.dbfs.raft.KvStore;
import io.dbfs.raft.ReplicatedGroup;
import io.dbfs.raft.ReplicatedGroup.Member;
import io.dbfs.raft.cache.CachedKvStore;
import io.dbfs.raft.cache.StagedKvStore;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** The replicas of this process. They share timers and threads. Thread-safe. */
public final class JRaftGroups implements AutoCloseable {
    private static final int APPLY_BATCH = 512;
    /** Slots of each of a replica's four queues: above the proposals in flight, and a power of two. */
    private static final int QUEUE_SLOTS = 2048;

    private static final int BYTES_PER_RPC_MAX = 1 << 20;
    /**
     * To each peer, of up to half a MiB of entries. JRaft's 256 are more than a node's memory, which ended a leader when a replica
     * came back to a long log.
     */
    private static final int REQUESTS_IN_FLIGHT_MAX = 16;

    private static final int ELECTION_SPREAD_DIVISOR = 4;
    /** A replica that votes waits for connections; one that does not answer must not make it miss the election. */
    private static final int CONNECT_TIMEOUT_DIVISOR = 4;

    private static final int RPC_THREADS = 6;
    private static final int BACKGROUND_QUEUED_MAX = 1024;
    /** Of each replica's state, beside what its store caches of its files. */
    private static final long STATE_CACHE_BYTES = 12 << 20;

    static {
        JRaftProcess.prepare();
    }

    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final RaftServers servers = new RaftServers();
    private final ThreadPoolExecutor background;

    /**
     * No replica yet.
     *
     * @param clock what commands are stamped with
     * @param nanoTime a clock that only runs forward, such as {@link System#nanoTime}
     */
    public JRaftGroups(InstantSource clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.background = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(BACKGROUND_QUEUED_MAX),
                new NamedThreadFactory("raft-background-", true));
        background.allowCoreThreadTimeOut(true);
    }

    /**
     * Starts a replica. It takes part at once, and leads or follows when its group has elected. One whose disk fails it later
     * is opened again; see {@link ReplicatedGroup#health}.
     *
     * @param wire listens at the Raft address; serves the replica's peers until the group is closed
     * @throws IOException when log, snapshot or state cannot be read and no others can give them, in one line
     */
    public ReplicatedGroup open(ReplicaSpec spec, WireServer wire) throws IOException {
        String address = spec.config().raftAddress();
        servers.acquire(address, wire);
        return new Supervisor(
                        spec,
                        (members, failures) -> openOnce(spec, members, failures),
                        clock,
                        nanoTime,
                        () -> servers.release(address))
                .start();
    }

    private JRaftGroup openOnce(
            ReplicaSpec spec, List<Member> initialMembers, LeadershipPublisher.FailureListener failures)
            throws IOException {
        Files.createDirectories(spec.config().directory());
        StorageCheck.requireVote(spec.config().directory());
        AtomicReference<DamagedStorageException> damage = new AtomicReference<>();
        LeadershipPublisher leadership = new LeadershipPublisher(spec.config().raftAddress(), (what, cause) -> {
            damage.compareAndSet(null, DamagedStorageException.in(cause));
            failures.onFailure(what, cause);
        });
        KvStore state = spec.opener().open(spec.state(), found -> leadership.fail("the state cannot be read", found));
        StagedKvStore store = new StagedKvStore(new CachedKvStore(state, STATE_CACHE_BYTES));
        try {
            StorageCheck.requireLog(spec.config().directory(), state.appliedIndex());
            return open(spec, initialMembers, store, leadership);
        } catch (IOException | RuntimeException e) {
            store.close();
            DamagedStorageException found = damage.get();
            if (found != null) {
                throw found;
            }
            throw e;
        }
    }

    private JRaftGroup open(
            ReplicaSpec spec, List<Member> initialMembers, StagedKvStore store, LeadershipPublisher leadership)
            throws IOException {
        GroupConfig config = spec.config();
        String name = config.groupId() + "@" + config.raftAddress();
        ReplicaFiles files = new ReplicaFiles(config.directory(), spec.state(), clock);
        StorageFactory storages = new StorageFactory(background);
        NodeOptions options = nodeOptions(config, initialMembers);
        options.setServiceFactory(storages);
        options.setFsm(new Replica(name, spec.machine(), store, leadership, background, nanoTime, files::remember));
        NodeImpl node = new NodeImpl(config.groupId(), Peers.peer(config.raftAddress()));
        if (!node.init(options)) {
            // Not waited for: what never began does not tell of its end.
            node.shutdown(status -> {});
            IOException failure = storages.failure();
            if (failure != null) {
                throw failure;
            }
            long first = storages.firstIndex();
            storages.close();
            StorageCheck.requireContinued(config.directory(), first);
            throw new IOException("replica " + name + " cannot be started, for what was logged before");
        }
        return new JRaftGroup(config, node, store, leadership, clock, nanoTime);
    }

    /** Ends the shared threads; the groups are closed before. */
    @Override
    public void close() {
        background.shutdown();
    }

    private static NodeOptions nodeOptions(GroupConfig config, List<Member> initialMembers) {
        NodeOptions options = new NodeOptions();
        options.setInitialConf(Peers.configuration(initialMembers));
        options.setLogUri(ReplicaFiles.log(config.directory()).toString());
        options.setRaftMetaUri(ReplicaFiles.vote(config.directory()).toString());
        options.setSnapshotUri(ReplicaFiles.snapshot(config.directory()).toString());
        options.setElectionTimeoutMs((int) config.electionTimeout().toMillis());
        options.setSnapshotIntervalSecs((int) config.snapshotInterval().toSeconds());
        options.setDisableCli(true);
        options.setRpcConnectTimeoutMs((int) config.electionTimeout().toMillis() / CONNECT_TIMEOUT_DIVISOR);
        options.setRpcProcessorThreadPoolSize(RPC_THREADS);
        options.setSharedTimerPool(true);
        options.setSharedElectionTimer(true);
        options.setSharedVoteTimer(true);
        options.setSharedStepDownTimer(true);
        options.setSharedSnapshotTimer(true);
        options.setRaftOptions(raftOptions(config));
        return options;
    }

    private static RaftOptions raftOptions(GroupConfig config) {
        RaftOptions options = new RaftOptions();
        options.setSync(true);
        options.setSyncMeta(true);
        options.setOpenStatistics(false);
        options.setApplyBatch(APPLY_BATCH);
        options.setDisruptorBufferSize(QUEUE_SLOTS);
        options.setMaxByteCountPerRpc(BYTES_PER_RPC_MAX);
        options.setMaxReplicatorInflightMsgs(REQUESTS_IN_FLIGHT_MAX);
        options.setMaxElectionDelayMs((int) config.electionTimeout().toMillis() / ELECTION_SPREAD_DIVISOR);
        options.setReadOnlyOptions(
                config.reads() == ReadMode.LEASE ? ReadOnlyOption.ReadOnlyLeaseBased : ReadOnlyOption.ReadOnlySafe);
        return options;
    }
}
