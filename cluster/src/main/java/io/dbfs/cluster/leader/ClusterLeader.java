package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.common.watch.WatchService;
import io.dbfs.common.watch.Watchers;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.ContentsRecord;
import io.dbfs.raft.ReplicatedGroup.Leadership;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's part as its cluster's leader: the services that clients and nodes call, and the duties that come with the
 * passing of time. It exists on every node and is at rest where the node does not lead. Thread-safe.
 */
public final class ClusterLeader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClusterLeader.class);
    /** Dropped files that are released a step further at each tick. */
    private static final int RELEASES_PER_TICK = 8;

    /** Nobody led before it. */
    private static final long FIRST_TERM = 1;

    private final ContentsGroup group;
    private final LeaderSettings settings;
    private final BooleanSupplier room;
    private final LongSupplier nanoClock;
    private final Supplier<UUID> uuids;
    private final NodeWatch nodes;
    private final ChunkIds ids;
    private final VoidFloor floor;
    private final CopyPlanner copies;
    private final CompactPlanner compactions;
    private final VerifyQueue verify = new VerifyQueue();
    private final NodeKeeper keeper;
    private final ContentsService contentsService;
    private final MembersService membersService;
    private final Watchers watchers;
    private final WatchService watching;
    private final LocksService locksService;

    /** The term for which this leader has begun; 0: at rest. Written by {@link #onLeadership} and {@link #begin}. */
    private volatile long term;

    /**
     * Takes part in {@code group}.
     *
     * @param room whether this node's disk has more room than its reserve; cheap
     * @param background runs what a change of leadership starts, off the group's own thread, one after another
     * @param nanoClock nanoseconds of a clock that never goes back
     */
    public ClusterLeader(
            ContentsGroup group,
            LeaderSettings settings,
            LeaderLocator locator,
            BooleanSupplier room,
            Executor background,
            LongSupplier nanoClock,
            RandomGenerator random,
            Supplier<UUID> uuids) {
        this.group = group;
        this.settings = settings;
        this.room = room;
        this.nanoClock = nanoClock;
        this.uuids = uuids;
        nodes = new NodeWatch(nanoClock, settings.suspectAfter(), settings.deadAfter());
        ids = ChunkIds.reservedBy(group);
        floor = new VoidFloor(settings.voidAfter());
        copies = new CopyPlanner(nodes, nanoClock);
        compactions = new CompactPlanner(nanoClock);
        keeper = new NodeKeeper(group, nodes);
        Replies replies = new Replies(locator);
        NodeWork work = new NodeWork(copies, compactions, verify, nanoClock, settings.checkChunksEvery());
        Allocator allocator = new Allocator(
                ids,
                nodes,
                new ChainPolicy(random),
                settings,
                () -> group.readNow(ContentsView::cluster),
                new SpaceReclaimer(group, nodes, work, nanoClock)::reclaim);
        watchers = new Watchers(nanoClock);
        watching = new WatchService(
                watchers, group.group()::readBarrier, failure -> replies.refusal("watch", failure), nanoClock);
        contentsService = new ContentsService(group, this, replies, new ContentsQueries(nodes), allocator, watchers);
        membersService = new MembersService(group, this, replies, nodes, work);
        locksService = new LocksService(group, replies, settings.lockLease(), nanoClock);
        group.group().addListener(this::succeed);
        group.group().addListener(now -> background.execute(() -> onLeadership(now)));
    }

    /** What this process serves to clients and to nodes. */
    public List<ServerServiceDefinition> services() {
        return List.of(
                contentsService.bindService(),
                membersService.bindService(),
                watching.bindService(),
                locksService.bindService());
    }

    /** On the group's thread, so that nothing is committed in the new term before. */
    private void succeed(Leadership now) {
        if (now.leads() && now.term() > FIRST_TERM) {
            watchers.succeed();
        }
    }

    /** What has to be done from time to time; called about once a second, by the background executor. */
    public void tick() {
        if (!ready()) {
            onLeadership(group.group().leadership());
            return;
        }
        refreshNodes();
        keeper.tick();
        releaseDropped();
        locksService.tick();
        floor.advance(ids.next(), nanoClock.getAsLong()).ifPresent(below -> propose(Commands.voidBelow(below)));
        if (group.readNow(view -> view.hasAbandonedBelow(view.cluster().getVoidBelow()))) {
            propose(Commands.forgetAbandoned());
        }
    }

    /** Whether this process leads and has begun to. */
    boolean ready() {
        return term != 0 && group.leads();
    }

    /** Whether the state may grow. */
    boolean hasRoom() {
        return room.getAsBoolean();
    }

    /** Has a node look at its copy of a chunk. */
    void verify(int node, long chunk) {
        if (nodes.record(node).isPresent()) {
            verify.add(node, chunk);
        }
    }

    /** Reads the node table anew. */
    void refreshNodes() {
        nodes.update(group.readNow(ContentsView::nodes));
    }

    /** Proposes a command whose failure is only worth a log line, because what needs it will be found again. */
    @SuppressWarnings("FutureReturnValueIgnored") // The stage handles every outcome.
    void propose(ContentsCommand command) {
        group.propose(command).whenComplete((outcome, failure) -> {
            if (failure != null) {
                log.info("{} failed: {}", command.getCommandCase(), failure.toString());
            } else if (Refusals.refused(outcome.getRefusal())) {
                log.warn(
                        "{} refused: {}",
                        command.getCommandCase(),
                        outcome.getRefusal().getMessage());
            }
        });
    }

    /** Ends the streams of changes, which would go on for as long as the mounts do, and the waits for news of locks. */
    @Override
    public void close() {
        watching.close();
        locksService.close();
    }

    private void onLeadership(Leadership now) {
        if (!now.leads()) {
            term = 0;
        } else if (now.term() != term) {
            begin(now.term());
        }
    }

    private void begin(long newTerm) {
        ids.reset();
        copies.clear();
        compactions.clear();
        verify.clear();
        keeper.begin();
        membersService.begin();
        locksService.begin();
        ContentsRecord cluster = group.readNow(ContentsView::cluster);
        if (cluster.getClusterUuid().isEmpty()) {
            propose(Commands.form(uuids.get().toString(), settings));
        } else if (cluster.getReplicas() != settings.replicas() || cluster.getMinReplicas() != settings.minReplicas()) {
            log.warn(
                    "the cluster keeps {} copies, at least {}, as it was formed; this node's configuration says {} and"
                            + " {}",
                    cluster.getReplicas(),
                    cluster.getMinReplicas(),
                    settings.replicas(),
                    settings.minReplicas());
        }
        nodes.begin(group.readNow(ContentsView::nodes));
        floor.begin(cluster.getNextChunkId(), nanoClock.getAsLong());
        term = newTerm;
        log.info(
                "leads the cluster in term {}: {} nodes, {} files, {} chunks, {} below their copies",
                newTerm,
                nodes.records().size(),
                cluster.getFiles(),
                cluster.getChunks(),
                cluster.getChunksBelowCopies());
    }

    private void releaseDropped() {
        group.readNow(view -> {
            int[] count = new int[1];
            view.releasing(inode -> {
                propose(Commands.release(inode));
                return ++count[0] < RELEASES_PER_TICK;
            });
            return count[0];
        });
    }
}
