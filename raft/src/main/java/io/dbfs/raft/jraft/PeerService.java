package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.impl.PingRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.GetFileRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.InstallSnapshotRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.ReadIndexRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.RequestVoteRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.TimeoutNowRequestProcessor;
import com.alipay.sofa.jraft.util.RpcFactoryHelper;
import com.google.protobuf.Message;
import io.dbfs.common.wire.WireConnection;
import io.dbfs.common.wire.WireKind;
import io.dbfs.common.wire.WireService;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** What this process's replicas are asked by their peers. Thread-safe. */
final class PeerService implements WireService {
    private final Map<PeerCall, RpcProcessor<?>> processors = new EnumMap<>(PeerCall.class);

    /** @param handlers runs what may take long */
    PeerService(Executor handlers) {
        processors.put(PeerCall.APPEND_ENTRIES, new EntriesProcessor());
        processors.put(PeerCall.REQUEST_VOTE, new RequestVoteRequestProcessor(handlers));
        processors.put(PeerCall.TIMEOUT_NOW, new TimeoutNowRequestProcessor(handlers));
        processors.put(PeerCall.READ_INDEX, new ReadIndexRequestProcessor(handlers));
        processors.put(PeerCall.INSTALL_SNAPSHOT, new InstallSnapshotRequestProcessor(handlers));
        processors.put(PeerCall.GET_FILE, new GetFileRequestProcessor(handlers));
        processors.put(PeerCall.PING, new PingRequestProcessor(Runnable::run));
    }

    @Override
    public WireKind kind() {
        return WireKind.RAFT;
    }

    @Override
    public void serve(WireConnection connection) throws IOException {
        for (PeerFrame frame = PeerFrame.receive(connection); frame != null; frame = PeerFrame.receive(connection)) {
            PeerCall call = frame.call();
            Message request = frame.requestTo(call);
            handle(call, request, new PeerAnswer(connection, frame.id(), call));
        }
    }

    @SuppressWarnings("unchecked") // The call names the type.
    private void handle(PeerCall call, Message request, RpcContext answer) {
        if (!VoteGate.admits(request)) {
            answer.sendResponse(RpcFactoryHelper.responseFactory()
                    .newResponse(
                            call.reply(), RaftError.EPERM, "this replica is being filled again, and does not vote"));
            return;
        }
        RpcProcessor<Message> processor =
                (RpcProcessor<Message>) Objects.requireNonNull(processors.get(call), "processor");
        try {
            processor.executor().execute(() -> processor.handleRequest(answer, request));
        } catch (RejectedExecutionException e) {
            answer.sendResponse(RpcFactoryHelper.responseFactory()
                    .newResponse(call.reply(), RaftError.EBUSY, "too many requests wait here"));
        }
    }
}
