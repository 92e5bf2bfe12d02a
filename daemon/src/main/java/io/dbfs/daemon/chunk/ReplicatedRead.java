package io.dbfs.daemon.chunk;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.bulk.ChunkRead;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One read of a chunk: asks replica after replica until one has given every byte. Two may be asked at once, when the first is
 * slow: one of them reads straight into the target, the other beside it. What the target's reader leaves is not final until it has
 * ended, so the result waits for that.
 */
final class ReplicatedRead {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicatedRead.class);

    private final ChunkPlacement chunk;
    private final int offset;
    private final ByteBuffer target;
    private final List<Replica> order;
    private final Function<Replica, ChunkRead> attempts;
    private final Executor executor;
    private final ReplicaOrder replicas;
    private final UnusableReplicas unusable;
    private final BadReplicaListener listener;
    private final CompletableFuture<Void> result = new CompletableFuture<>();
    private final Object lock = new Object();
    private final List<Attempt> running = new ArrayList<>();
    private @Nullable FsException lastFailure;
    /** What an attempt beside the target has read, until the target is free. */
    private @Nullable ByteBuffer beside;

    private int asked;
    private boolean targetInUse;
    private boolean over;
    private boolean damageFound;

    /** One replica being asked. */
    private record Attempt(Replica replica, ChunkRead read, ByteBuffer buffer, boolean intoTarget) {}

    /**
     * @param attempts makes an attempt at a replica, not yet begun
     * @param executor runs attempts, which block
     */
    ReplicatedRead(
            ChunkPlacement chunk,
            int offset,
            ByteBuffer target,
            Function<Replica, ChunkRead> attempts,
            Executor executor,
            ReplicaOrder replicas,
            UnusableReplicas unusable,
            BadReplicaListener listener) {
        this.chunk = chunk;
        this.offset = offset;
        this.target = target.slice();
        this.attempts = attempts;
        this.executor = executor;
        this.replicas = replicas;
        this.unusable = unusable;
        this.listener = listener;
        this.order = unusable.last(chunk.chunk(), replicas.order(chunk.replicas()));
    }

    CompletableFuture<Void> result() {
        return result;
    }

    /** Whether a replica had damaged bytes, so that another's blocks may be whole where its own are not. */
    boolean isDamageFound() {
        synchronized (lock) {
            return damageFound;
        }
    }

    /** Asks the next replica; false when there is none left or nothing left to ask for. */
    boolean askNext() {
        Attempt attempt;
        synchronized (lock) {
            if (over || asked == order.size()) {
                return false;
            }
            Replica replica = order.get(asked++);
            boolean intoTarget = !targetInUse;
            targetInUse = true;
            ByteBuffer buffer = intoTarget ? target.duplicate() : ByteBuffer.allocateDirect(target.remaining());
            attempt = new Attempt(replica, attempts.apply(replica), buffer, intoTarget);
            running.add(attempt);
            replicas.started(replica);
        }
        executor.execute(() -> run(attempt));
        return true;
    }

    private void run(Attempt attempt) {
        FsException failure = null;
        try {
            attempt.read().read(chunk.chunk(), offset, attempt.buffer());
        } catch (FsException e) {
            failure = e;
        }
        replicas.ended(attempt.replica());
        if (failure == null) {
            succeeded(attempt);
        } else {
            failed(attempt, failure);
        }
    }

    private void succeeded(Attempt attempt) {
        List<Attempt> others;
        synchronized (lock) {
            running.remove(attempt);
            if (attempt.intoTarget()) {
                targetInUse = false;
                beside = null;
            } else if (!over) {
                beside = attempt.buffer().flip();
            }
            over = true;
            others = List.copyOf(running);
        }
        others.forEach(other -> other.read().cancel());
        finishWhenFree();
    }

    private void failed(Attempt attempt, FsException failure) {
        boolean idle;
        synchronized (lock) {
            running.remove(attempt);
            if (attempt.intoTarget()) {
                targetInUse = false;
            }
            idle = running.isEmpty();
        }
        if (isOver()) {
            finishWhenFree();
            return;
        }
        note(attempt.replica(), failure);
        if (!askNext() && idle) {
            fail();
        }
    }

    private boolean isOver() {
        synchronized (lock) {
            return over;
        }
    }

    /** Completes once nobody writes into the target any more. */
    private void finishWhenFree() {
        synchronized (lock) {
            if (targetInUse) {
                return;
            }
            if (beside != null) {
                target.duplicate().put(beside);
                beside = null;
            }
        }
        result.complete(null);
    }

    private void note(Replica replica, FsException failure) {
        boolean damaged = failure.errno() == Errno.EIO;
        synchronized (lock) {
            lastFailure = failure;
            damageFound |= damaged;
        }
        if (damaged || isElsewhere(failure)) {
            // That the chunk is elsewhere is no fault: copies move, and files are overwritten while they are read.
            LOG.debug("read of chunk {} from {}: {}", chunk.chunk(), replica.node(), failure.getMessage());
            if (unusable.found(chunk.chunk(), replica.node(), !damaged)) {
                listener.badReplica(chunk.chunk(), replica.node(), !damaged);
            }
        } else {
            LOG.warn("read of chunk {} from {}: {}", chunk.chunk(), replica.node(), failure.getMessage());
            replicas.failed(replica);
        }
    }

    /** ENOENT: the node has no such chunk; ESTALE: another node serves at that address now. */
    private static boolean isElsewhere(FsException failure) {
        return failure.errno() == Errno.ENOENT || failure.errno() == Errno.ESTALE;
    }

    private void fail() {
        Errno errno;
        String reason;
        synchronized (lock) {
            over = true;
            errno = lastFailure != null && lastFailure.errno() == Errno.ETIMEDOUT ? Errno.ETIMEDOUT : Errno.EIO;
            reason = lastFailure == null ? "none was asked" : String.valueOf(lastFailure.getMessage());
        }
        result.completeExceptionally(
                new FsException(errno, "chunk " + chunk.chunk() + ": no replica could be read; last: " + reason));
    }
}
