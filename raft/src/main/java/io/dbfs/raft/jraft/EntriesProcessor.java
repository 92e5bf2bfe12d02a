package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.rpc.RaftServerService;
import com.alipay.sofa.jraft.rpc.RpcRequestClosure;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.rpc.impl.core.NodeRequestProcessor;
import com.alipay.sofa.jraft.util.RpcFactoryHelper;
import com.google.protobuf.Message;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Gives entries to their replica on the thread that received them, which keeps their order. JRaft's own processor has a
 * thread for each peer and puts the replies in order as well; here a reply says what it answers, and the leader's
 * replicator orders them.
 */
final class EntriesProcessor extends NodeRequestProcessor<AppendEntriesRequest> {
    private static final LongSupplier CLOCK = System::nanoTime;
    /** Then the leader is told, which comes again. */
    private static final Duration ROOM_TIMEOUT = Duration.ofSeconds(2);

    private final ConcurrentMap<String, Taken> taken = new ConcurrentHashMap<>();

    /** What a replica has taken, which ends with it: the one that is opened in its place begins with nothing. */
    private record Taken(NodeImpl node, Unapplied unapplied) {}

    EntriesProcessor() {
        super(Runnable::run, AppendEntriesResponse.getDefaultInstance());
    }

    @Override
    public String interest() {
        return AppendEntriesRequest.class.getName();
    }

    @Override
    protected String getPeerId(AppendEntriesRequest request) {
        return request.getPeerId();
    }

    @Override
    protected String getGroupId(AppendEntriesRequest request) {
        return request.getGroupId();
    }

    @Override
    protected Message processRequest0(RaftServerService replica, AppendEntriesRequest request, RpcRequestClosure done) {
        if (replica instanceof NodeImpl node && request.getEntriesCount() > 0 && !hasRoom(node, request)) {
            return RpcFactoryHelper.responseFactory()
                    .newResponse(AppendEntriesResponse.getDefaultInstance(), RaftError.EBUSY, "applying is behind");
        }
        return replica.handleAppendEntriesRequest(request, done);
    }

    private boolean hasRoom(NodeImpl node, AppendEntriesRequest request) {
        return taken.compute(
                        request.getGroupId() + "/" + request.getPeerId(),
                        (key, last) ->
                                last != null && last.node() == node ? last : new Taken(node, new Unapplied(CLOCK)))
                .unapplied()
                .admit(
                        request.getPrevLogIndex() + request.getEntriesCount(),
                        request.getData().size(),
                        node::getLastAppliedLogIndex,
                        ROOM_TIMEOUT);
    }
}
