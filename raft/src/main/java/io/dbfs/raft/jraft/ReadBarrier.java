package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.closure.ReadIndexClosure;
import io.dbfs.raft.ReplicatedGroup.Leadership;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Makes sure that this replica still leads before it reads its own state.
 *
 * <p>By lease, JRaft's answer is kept for a moment, which saves the hop to its thread: JRaft's lease ends a tenth of the
 * election timeout before any other replica may be elected, and a fifth of that margin is used here. An early election,
 * by which leadership is handed over, is no exception: JRaft stops being leader before it asks for one.
 */
final class ReadBarrier {
    private static final int PROOF_LIFETIME_DIVISOR = 50;
    private static final byte[] NO_CONTEXT = {};
    /** JRaft's own timer for this, once used, wakes a thread every millisecond for as long as the process lives. */
    private static final long NO_TIMEOUT = -1;

    private static final long ANSWER_TIMEOUT_MILLIS = 2000;

    private final Node node;
    private final LeadershipPublisher leadership;
    private final LongSupplier nanoTime;
    private final long proofLifetimeNanos;

    /** The last time, by {@link #nanoTime}, at which leadership was proven to last, and in which term. */
    private volatile Proof proof = new Proof(0, -1);

    ReadBarrier(Node node, GroupConfig config, LeadershipPublisher leadership, LongSupplier nanoTime) {
        this.node = node;
        this.leadership = leadership;
        this.nanoTime = nanoTime;
        this.proofLifetimeNanos =
                config.reads() == ReadMode.LEASE ? config.electionTimeout().toNanos() / PROOF_LIFETIME_DIVISOR : 0;
    }

    CompletableFuture<Void> await() {
        Leadership known = leadership.now();
        if (!known.leads()) {
            return CompletableFuture.failedFuture(leadership.refusal());
        }
        long term = known.term();
        long now = nanoTime.getAsLong();
        Proof last = proof;
        if (last.term == term && now - last.timeNanos < proofLifetimeNanos && node.isLeader(false)) {
            return CompletableFuture.completedFuture(null);
        }
        return prove(now, term);
    }

    private CompletableFuture<Void> prove(long now, long term) {
        CompletableFuture<Boolean> proven = new CompletableFuture<>();
        ReadIndexClosure answer = new ReadIndexClosure(NO_TIMEOUT) {
            @Override
            public void run(Status status, long index, byte[] context) {
                if (status.isOk()) {
                    proof = new Proof(now, term);
                }
                proven.complete(status.isOk());
            }
        };
        try {
            node.readIndex(NO_CONTEXT, answer);
        } catch (IllegalStateException e) {
            // The node shuts down.
            proven.complete(false);
        }
        return proven.completeOnTimeout(false, ANSWER_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .thenCompose(leads -> leads
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(leadership.refusal()));
    }

    private record Proof(long timeNanos, long term) {}
}
