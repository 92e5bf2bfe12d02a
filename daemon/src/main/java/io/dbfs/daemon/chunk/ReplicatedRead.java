package io.dbfs.daemon.chunk;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.bulk.ChunkReadCall;
import io.dbfs.common.rpc.Channels;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One read of a chunk: asks replica after replica until one has given every byte. Two may be asked at once, when the first is
 * slow: what arrives is verified before it is copied, so that both write the same bytes, and neither does after the end.
 */
final class ReplicatedRead {
    private static final Logger log = LoggerFactory.getLogger(ReplicatedRead.class);

    private final ChunkPlacement chunk;
    private final int offset;
    private final ByteBuffer target;
    private final List<Replica> order;
    private final Channels channels;
    private final ReplicaOrder replicas;
    private final BadReplicaListener listener;
    private final Duration timeout;
    private final CompletableFuture<Void> result = new CompletableFuture<>();
    private final Object lock = new Object();
    private final List<ChunkReadCall> running = new ArrayList<>();
    private @Nullable FsException lastFailure;
    private int asked;
    private boolean over;

    ReplicatedRead(
            ChunkPlacement chunk,
            int offset,
            ByteBuffer target,
            Channels channels,
            ReplicaOrder replicas,
            BadReplicaListener listener,
            Duration timeout) {
        this.chunk = chunk;
        this.offset = offset;
        this.target = target.slice();
        this.channels = channels;
        this.replicas = replicas;
        this.listener = listener;
        this.timeout = timeout;
        this.order = replicas.order(chunk.replicas());
    }

    CompletableFuture<Void> result() {
        return result;
    }

    /** Asks the next replica; false when there is none left or nothing left to ask for. */
    boolean askNext() {
        Replica replica;
        ChunkReadCall call;
        synchronized (lock) {
            if (over || asked == order.size()) {
                return false;
            }
            replica = order.get(asked++);
            replicas.started(replica);
            call = ChunkReadCall.start(
                    channels.data(replica.address()),
                    replica.node(),
                    chunk.chunk(),
                    offset,
                    target.remaining(),
                    timeout,
                    new Filler());
            running.add(call);
        }
        CompletableFuture<Void> unused = call.done().whenComplete((ignored, failure) -> ended(replica, call, failure));
        return true;
    }

    private void ended(Replica replica, ChunkReadCall call, @Nullable Throwable failure) {
        replicas.ended(replica);
        boolean idle;
        synchronized (lock) {
            running.remove(call);
            if (over) {
                return;
            }
            over = failure == null;
            idle = running.isEmpty();
        }
        if (failure == null) {
            result.complete(null);
            cancelOthers();
            return;
        }
        note(replica, failure);
        if (!askNext() && idle) {
            fail();
        }
    }

    private void note(Replica replica, Throwable failure) {
        FsException known = failure instanceof FsException fs ? fs : new FsException(Errno.EIO, "" + failure, failure);
        log.warn("read of chunk {} from {}: {}", chunk.chunk(), replica.node(), known.getMessage());
        synchronized (lock) {
            lastFailure = known;
        }
        if (known.errno() == Errno.ENOENT || known.errno() == Errno.EIO) {
            listener.badReplica(chunk.chunk(), replica.node(), known.errno() == Errno.ENOENT);
        } else {
            replicas.failed(replica);
        }
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

    private void cancelOthers() {
        List<ChunkReadCall> others;
        synchronized (lock) {
            others = List.copyOf(running);
        }
        others.forEach(ChunkReadCall::cancel);
    }

    /** Puts one replica's bytes where they belong. */
    private final class Filler implements ChunkReadCall.Sink {
        private int at;

        @Override
        public void accept(List<ByteBuffer> pieces) {
            synchronized (lock) {
                if (over) {
                    return;
                }
                for (ByteBuffer piece : pieces) {
                    target.put(at, piece, piece.position(), piece.remaining());
                    at += piece.remaining();
                }
            }
        }
    }
}
