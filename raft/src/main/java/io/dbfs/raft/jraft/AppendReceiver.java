package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.rpc.Connection;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequestHeader;
import com.google.protobuf.Message;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The peer's end of an {@link AppendStream}: gives each request to JRaft, in order, and sends its replies. */
final class AppendReceiver implements StreamObserver<PeerFrame> {
    private static final Logger LOG = LoggerFactory.getLogger(AppendReceiver.class);

    private final RpcProcessor<AppendEntriesRequest> processor;
    private final StreamObserver<PeerFrame> replies;
    private final Connection connection;
    private final String remoteAddress;

    AppendReceiver(
            RpcProcessor<AppendEntriesRequest> processor,
            StreamObserver<PeerFrame> replies,
            Connection connection,
            String remoteAddress) {
        this.processor = processor;
        this.replies = replies;
        this.connection = connection;
        this.remoteAddress = remoteAddress;
    }

    @Override
    public void onNext(PeerFrame frame) {
        AppendEntriesRequest request = (AppendEntriesRequest) frame.body();
        executor(request).execute(() -> processor.handleRequest(new Reply(frame.id()), request));
    }

    private Executor executor(AppendEntriesRequest request) {
        RpcProcessor.ExecutorSelector selector = processor.executorSelector();
        Executor selected = selector == null
                ? null
                : selector.select(
                        processor.interest(),
                        AppendEntriesRequestHeader.newBuilder()
                                .setGroupId(request.getGroupId())
                                .setPeerId(request.getPeerId())
                                .setServerId(request.getServerId())
                                .build());
        @Nullable Executor usual = selected == null ? processor.executor() : selected;
        return usual == null ? Runnable::run : usual;
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("stream of entries from {}: {}", remoteAddress, failure.getMessage());
    }

    @Override
    public void onCompleted() {
        synchronized (replies) {
            replies.onCompleted();
        }
    }

    /** Answers one request. */
    private final class Reply implements RpcContext {
        private final long id;

        Reply(long id) {
            this.id = id;
        }

        @Override
        public void sendResponse(Object response) {
            try {
                synchronized (replies) {
                    replies.onNext(new PeerFrame(id, (Message) response));
                }
            } catch (RuntimeException e) {
                // The stream has ended, and with it the leader's wait for this reply.
                LOG.debug("reply to {}: {}", remoteAddress, e.getMessage());
            }
        }

        @Override
        public Connection getConnection() {
            return connection;
        }

        @Override
        public String getRemoteAddress() {
            return remoteAddress;
        }
    }
}
