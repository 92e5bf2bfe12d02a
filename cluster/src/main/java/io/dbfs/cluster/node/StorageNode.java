package io.dbfs.cluster.node;

import io.dbfs.cluster.chunk.ChunkStore;
import io.dbfs.cluster.chunk.ChunkUsage;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.host.HostStatistics;
import io.dbfs.proto.HeartbeatReply;
import io.dbfs.proto.HeartbeatRequest;
import io.dbfs.proto.HostLoad;
import io.dbfs.proto.JoinReply;
import io.dbfs.proto.JoinRequest;
import io.dbfs.proto.LeaveReply;
import io.dbfs.proto.LeaveRequest;
import io.dbfs.proto.StoppingReply;
import io.dbfs.proto.StoppingRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of the cluster: joins, reports itself with each beat, and takes work. {@link #beat} is called by one thread at
 * a time.
 */
final class StorageNode {
    private static final Logger LOG = LoggerFactory.getLogger(StorageNode.class);

    /** An election takes a beat or two, and every start begins with one. */
    private static final int FAILED_BEATS_SAID = 3;
    /** A new leader is found within this, where the old one stops. */
    private static final Duration ANNOUNCE_TIMEOUT = Duration.ofSeconds(3);

    private static final Duration ANNOUNCE_PAUSE = Duration.ofMillis(100);

    private final JoinRequest self;
    private final NodeIdentity identity;
    private final ChunkStore store;
    private final HostStatistics statistics;
    private final LeaderCalls leader;
    private final BeatReport report;
    private final NodeTasks tasks;
    private final CompletableFuture<Void> firstJoined = new CompletableFuture<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private boolean joined;
    private int failedBeats;
    private volatile boolean leaving;
    private volatile boolean stopping;
    private volatile String announceFailure = "no answer";
    private volatile HostLoad load = HostLoad.getDefaultInstance();

    /** {@code self} tells name and addresses. */
    StorageNode(
            JoinRequest self,
            NodeIdentity identity,
            ChunkStore store,
            HostStatistics statistics,
            LeaderCalls leader,
            BeatReport report,
            NodeTasks tasks) {
        this.self = self;
        this.identity = identity;
        this.store = store;
        this.statistics = statistics;
        this.leader = leader;
        this.report = report;
        this.tasks = tasks;
    }

    /** Tells the leader of this node and takes what work it gives. What fails now is tried at the next beat. */
    void beat() {
        if (left.isDone() || stopping) {
            return;
        }
        try {
            if (!joined) {
                join();
            }
            exchange();
            failedBeats = 0;
        } catch (FsException failure) {
            onFailure(failure);
        }
    }

    /** Asks to leave; completes when the cluster has copied everything elsewhere and forgotten this node. */
    CompletableFuture<Void> leave() {
        LeaveRequest request =
                LeaveRequest.newBuilder().setNodeId(identity.nodeId()).build();
        leader.members(stub -> stub.leave(request), LeaveReply::getRefusal);
        leaving = true;
        return left;
    }

    /**
     * Ends the beats and tells the leader that this node stops and will be back. Returns when the leader has taken it, or
     * none has for some seconds.
     *
     * @param beats the thread that beats, on which it is tried until then
     */
    void announceStop(ScheduledExecutorService beats) {
        stopping = true;
        if (identity.nodeId() == 0) {
            return;
        }
        CompletableFuture<Void> told = new CompletableFuture<>();
        ScheduledFuture<?> tries = beats.scheduleWithFixedDelay(
                () -> tryToAnnounce(told), 0, ANNOUNCE_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            told.get(ANNOUNCE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            LOG.info("node {} stops; its cluster waits for it", self.getName());
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("node {} stops without having told its cluster: {}", self.getName(), announceFailure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            tries.cancel(false);
        }
    }

    private void tryToAnnounce(CompletableFuture<Void> told) {
        StoppingRequest request =
                StoppingRequest.newBuilder().setNodeId(identity.nodeId()).build();
        try {
            leader.members(stub -> stub.stopping(request), StoppingReply::getRefusal);
            told.complete(null);
        } catch (FsException failure) {
            announceFailure = failure.toString();
        }
    }

    /** Completes when the node has joined since its start. */
    CompletableFuture<Void> joined() {
        return firstJoined;
    }

    /** The host's figures as of the last beat. */
    HostLoad load() {
        return load;
    }

    private void join() {
        NodeIdentity.Joined before = identity.get();
        JoinRequest request = self.toBuilder()
                .setNodeId(before.nodeId())
                .setClusterUuid(before.clusterUuid())
                .build();
        JoinReply reply = leader.members(stub -> stub.join(request), JoinReply::getRefusal);
        identity.set(new NodeIdentity.Joined(reply.getNodeId(), reply.getClusterUuid()));
        joined = true;
        firstJoined.complete(null);
        LOG.info("node {} is n{} of cluster {}", self.getName(), reply.getNodeId(), reply.getClusterUuid());
    }

    private void exchange() {
        load = sample();
        ChunkUsage usage = store.usage();
        HeartbeatRequest.Builder builder = HeartbeatRequest.newBuilder()
                .setClusterUuid(identity.get().clusterUuid())
                .setNodeId(identity.nodeId())
                .setLoad(load)
                .setUsableFreeBytes(usage.usableFreeBytes())
                .setChunkBytes(usage.bytes())
                .setFilesystem(store.filesystem())
                .setIdleWorkers(tasks.idle());
        report.writeTo(builder);
        HeartbeatRequest request = builder.build();
        HeartbeatReply reply = leader.members(stub -> stub.heartbeat(request), HeartbeatReply::getRefusal);
        report.told(request);
        if (reply.getLeaving()) {
            leaving = true;
        }
        tasks.take(reply);
    }

    private HostLoad sample() {
        io.dbfs.common.host.HostLoad sample = statistics.sample();
        return HostLoad.newBuilder()
                .setCpu(sample.cpu())
                .setMemoryTotalBytes(sample.memoryTotalBytes())
                .setMemoryAvailableBytes(sample.memoryAvailableBytes())
                .setDiskTotalBytes(sample.diskTotalBytes())
                .setDiskFreeBytes(sample.diskFreeBytes())
                .setDiskBusy(sample.diskBusy())
                .build();
    }

    private void onFailure(FsException failure) {
        if (failure.errno() == Errno.ESTALE && joined) {
            joined = false;
            if (leaving) {
                LOG.info("node {} has left its cluster", self.getName());
                left.complete(null);
                return;
            }
        }
        failedBeats++;
        if (failedBeats == FAILED_BEATS_SAID) {
            LOG.warn("node {} cannot reach its cluster: {}", self.getName(), failure.getMessage());
        }
    }
}
