package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Log entries on their way to one peer: one call for all of them, where a call for each would cost both ends more than the
 * entries do. Requests leave in the order of {@link #send}; a stream that ends fails those without a reply. Thread-safe.
 */
final class AppendStream {
    static final MethodDescriptor<PeerFrame, PeerFrame> METHOD = MethodDescriptor.<PeerFrame, PeerFrame>newBuilder()
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(MethodDescriptor.generateFullMethodName("dbfs.RaftPeer", "Append"))
            .setRequestMarshaller(new PeerFrame.Marshaller(AppendEntriesRequest.getDefaultInstance()))
            .setResponseMarshaller(new PeerFrame.Marshaller(AppendEntriesResponse.getDefaultInstance()))
            .build();

    private record Pending(PeerReply reply, long deadlineMillis) {}

    private final ClientCall<PeerFrame, PeerFrame> call;

    /** Oldest first. */
    @GuardedBy("this")
    private final Map<Long, Pending> pending = new LinkedHashMap<>();

    @GuardedBy("this")
    private long lastId;

    @GuardedBy("this")
    private @Nullable Status end;

    AppendStream(Channel channel) {
        call = channel.newCall(METHOD, CallOptions.DEFAULT);
        call.start(new Replies(), new Metadata());
        call.request(1);
    }

    /** Whether no more can be sent. */
    synchronized boolean hasEnded() {
        return end != null;
    }

    /**
     * Sends a request; {@code reply} gets the answer or the failure.
     *
     * @param deadlineMillis by JRaft's monotonic clock; see {@link #checkOverdue}
     */
    void send(AppendEntriesRequest request, PeerReply reply, long deadlineMillis) {
        Status ended;
        synchronized (this) {
            ended = end;
            if (ended == null) {
                pending.put(++lastId, new Pending(reply, deadlineMillis));
                call.sendMessage(new PeerFrame(lastId, request));
            }
        }
        if (ended != null) {
            reply.onError(ended.asRuntimeException());
        }
    }

    /** Gives the stream up if the oldest request is overdue: the peer takes entries and does not answer. */
    void checkOverdue(long nowMillis) {
        boolean overdue;
        synchronized (this) {
            overdue = !pending.isEmpty() && pending.values().iterator().next().deadlineMillis() < nowMillis;
        }
        if (overdue) {
            call.cancel("the peer did not answer in time", null);
        }
    }

    private synchronized @Nullable Pending take(long id) {
        return pending.remove(id);
    }

    private final class Replies extends ClientCall.Listener<PeerFrame> {
        @Override
        public void onMessage(PeerFrame frame) {
            call.request(1);
            Pending answered = take(frame.id());
            if (answered != null) {
                answered.reply().onNext(frame.body());
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            Status reason = status.isOk() ? Status.UNAVAILABLE.withDescription("the peer ended the stream") : status;
            List<Pending> unanswered;
            synchronized (AppendStream.this) {
                end = reason;
                unanswered = new ArrayList<>(pending.values());
                pending.clear();
            }
            unanswered.forEach(each -> each.reply().onError(reason.asRuntimeException()));
        }
    }
}
