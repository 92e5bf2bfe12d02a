package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.error.RaftError;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.raft.KvStore;
import io.dbfs.raft.Proposal;
import io.dbfs.raft.ReplicatedGroup;
import io.dbfs.raft.StateView;
import io.dbfs.raft.runtime.LogClock;
import io.dbfs.raft.runtime.LogEntry;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica of a group in JRaft. At most {@link #IN_FLIGHT_MAX} proposals are under way; one more is refused as by a
 * replica that does not lead, with this replica's own address: nothing was applied, and it is asked again later.
 */
final class JRaftGroup implements ReplicatedGroup {
    private static final Logger LOG = LoggerFactory.getLogger(JRaftGroup.class);
    private static final int IN_FLIGHT_MAX = 1024;
    private static final long CLOSE_TIMEOUT_SECONDS = 10;
    /** Entries that a new voter may still lack when it begins to count. */
    private static final int CATCH_UP_MARGIN = 1000;

    private final NodeImpl node;
    private final KvStore store;
    private final LeadershipPublisher leadership;
    private final InstantSource clock;
    private final ReadBarrier readBarrier;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    JRaftGroup(
            GroupConfig config,
            NodeImpl node,
            KvStore store,
            LeadershipPublisher leadership,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.node = node;
        this.store = store;
        this.leadership = leadership;
        this.clock = clock;
        this.readBarrier = new ReadBarrier(node, config, leadership, nanoTime);
    }

    @Override
    public CompletableFuture<byte[]> propose(Proposal proposal) {
        if (!leadership.now().leads() || closed.get()) {
            return CompletableFuture.failedFuture(leadership.refusal());
        }
        if (inFlight.incrementAndGet() > IN_FLIGHT_MAX) {
            inFlight.decrementAndGet();
            return CompletableFuture.failedFuture(leadership.refusal());
        }
        PendingProposal pending = new PendingProposal(proposal, leadership, inFlight::decrementAndGet);
        try {
            node.apply(new Task(new LogEntry(LogClock.stamp(clock), proposal).encode(), pending));
        } catch (IllegalStateException e) {
            // The node shuts down, which it tells the pending proposal as well.
            LOG.debug("propose {}: {}", node.getNodeId(), e.getMessage());
        }
        return pending.future();
    }

    @Override
    public CompletableFuture<Void> readBarrier() {
        return readBarrier.await();
    }

    /** Up to where entries are applied here. */
    long appliedIndex() {
        return node.getLastAppliedLogIndex();
    }

    @Override
    public StateView view() {
        return store.view();
    }

    @Override
    public Leadership leadership() {
        return leadership.now();
    }

    @Override
    public void addListener(LeadershipListener listener) {
        leadership.add(listener);
    }

    @Override
    public List<Member> members() {
        return Peers.members(node.getCurrentConf());
    }

    @Override
    public CompletableFuture<Void> addMember(Member member) {
        boolean changesRole = members().contains(new Member(member.raftAddress(), !member.votes()));
        // JRaft forbids a voter and a learner to be the same in the configurations before and after a change.
        CompletableFuture<Void> removed =
                changesRole ? removeMember(member.raftAddress()) : CompletableFuture.completedFuture(null);
        return removed.thenCompose(done -> change(current -> Peers.with(current, member)));
    }

    @Override
    public CompletableFuture<Void> removeMember(String raftAddress) {
        return change(current -> Peers.without(current, raftAddress));
    }

    @Override
    public void stepDown() {
        if (leadership.now().leads()) {
            Status status = node.transferLeadershipTo(PeerId.ANY_PEER);
            LOG.info("step down {}: {}", node.getNodeId(), status);
        }
    }

    @Override
    public CompletableFuture<Void> snapshot() {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        node.snapshot(completing(taken));
        return taken;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        leadership.halt();
        shutdown(node);
        store.close();
    }

    private CompletableFuture<Void> change(UnaryOperator<Configuration> change) {
        if (!leadership.now().leads()) {
            return CompletableFuture.failedFuture(leadership.refusal());
        }
        // A voter refuses its vote to a candidate outside the configuration it knows (NodeImpl.handlePreVoteRequest).
        // Without the vote of the second of two nobody leads: before it counts it must have the entry that names the
        // first, or a crash in that moment would leave the group without a leader for ever.
        boolean second = node.getCurrentConf().getPeers().size() == 1;
        node.getOptions().setCatchupMargin(second ? 0 : CATCH_UP_MARGIN);
        CompletableFuture<Void> changed = new CompletableFuture<>();
        node.changePeers(change.apply(node.getCurrentConf()), completing(changed));
        EmptyEntries.proposeUntil(changed, node);
        return changed;
    }

    private Closure completing(CompletableFuture<Void> future) {
        return status -> {
            if (status.isOk()) {
                future.complete(null);
            } else if (status.getRaftError() == RaftError.EPERM) {
                future.completeExceptionally(leadership.refusal());
            } else {
                Errno errno = status.getRaftError() == RaftError.EBUSY ? Errno.EBUSY : Errno.EIO;
                future.completeExceptionally(new FsException(errno, status.getErrorMsg()));
            }
        };
    }

    /** Waits in bounds, because a node that saves a snapshot as it stops may never end. */
    private static void shutdown(NodeImpl node) {
        CountDownLatch ended = new CountDownLatch(1);
        node.shutdown(status -> ended.countDown());
        try {
            if (!ended.await(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("close {}: the node did not end within {} s", node.getNodeId(), CLOSE_TIMEOUT_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
