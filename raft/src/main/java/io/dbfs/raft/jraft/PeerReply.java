package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.google.protobuf.Message;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Gives a peer's reply to JRaft, on the thread that JRaft wants it on. */
final class PeerReply implements StreamObserver<Message> {
    private final InvokeCallback callback;

    PeerReply(InvokeCallback callback) {
        this.callback = callback;
    }

    @Override
    public void onNext(Message reply) {
        complete(reply, null);
    }

    @Override
    public void onError(Throwable failure) {
        complete(null, failure);
    }

    @Override
    public void onCompleted() {
        // The reply came before.
    }

    @SuppressWarnings("NullAway") // JRaft's callback takes one of the two.
    private void complete(@Nullable Message reply, @Nullable Throwable failure) {
        Executor executor = callback.executor();
        if (executor == null) {
            callback.complete(reply, failure);
            return;
        }
        try {
            executor.execute(() -> callback.complete(reply, failure));
        } catch (RejectedExecutionException e) {
            // The replica has stopped; its callback only takes notice.
            callback.complete(reply, failure);
        }
    }
}
