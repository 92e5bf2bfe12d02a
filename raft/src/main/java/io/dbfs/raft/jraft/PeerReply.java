package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.google.protobuf.Message;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Gives a peer's reply to JRaft. */
final class PeerReply {
    private final PeerCall call;
    private final InvokeCallback callback;

    PeerReply(PeerCall call, InvokeCallback callback) {
        this.call = call;
        this.callback = callback;
    }

    PeerCall call() {
        return call;
    }

    /**
     * Takes the reply, on the thread that received it. A replicator goes on there and then: it has its own lock, and never
     * waits for another reply. Votes may, when the election they win connects to peers.
     */
    void complete(Message reply) {
        if (call == PeerCall.APPEND_ENTRIES) {
            run(reply, null);
        } else {
            execute(reply, null);
        }
    }

    /** Takes a failure. JRaft hears of it on another thread, for the one that asks holds locks that it must not hold then. */
    void fail(Throwable failure) {
        execute(null, failure);
    }

    private void execute(@Nullable Message reply, @Nullable Throwable failure) {
        Executor executor = callback.executor();
        if (executor == null) {
            run(reply, failure);
            return;
        }
        try {
            executor.execute(() -> run(reply, failure));
        } catch (RejectedExecutionException e) {
            // The replica has stopped; its callback only takes notice.
            run(reply, failure);
        }
    }

    @SuppressWarnings("NullAway") // JRaft's callback takes one of the two.
    private void run(@Nullable Message reply, @Nullable Throwable failure) {
        callback.complete(reply, failure);
    }
}
