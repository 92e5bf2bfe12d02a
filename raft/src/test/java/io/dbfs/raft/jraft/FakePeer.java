package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.google.protobuf.Message;
import io.dbfs.common.rpc.HostPort;
import io.dbfs.common.wire.WireConnection;
import io.dbfs.common.wire.WireKind;
import io.dbfs.common.wire.WireServer;
import io.dbfs.common.wire.WireService;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Listens where a replica would, and does with a connection what a test says. */
final class FakePeer implements AutoCloseable {
    private final WireServer server;

    /** Serves one connection. */
    interface Behaviour {
        void serve(WireConnection connection) throws IOException;
    }

    /** Answers one request. */
    interface Answers {
        Message to(PeerCall call, Message request);
    }

    FakePeer(String address, Behaviour behaviour) throws IOException {
        server = WireServer.start(HostPort.parse(address).resolve(), List.of(new WireService() {
            @Override
            public WireKind kind() {
                return WireKind.RAFT;
            }

            @Override
            public void serve(WireConnection connection) throws IOException {
                behaviour.serve(connection);
            }
        }));
    }

    /** Answers every request as it comes. */
    static Behaviour answering(Answers answers) {
        return connection -> {
            for (PeerFrame frame = PeerFrame.receive(connection);
                    frame != null;
                    frame = PeerFrame.receive(connection)) {
                PeerCall call = frame.call();
                reply(connection, frame, answers.to(call, frame.requestTo(call)));
            }
        };
    }

    /** Takes nothing from the connection, which stands until this peer is closed. */
    static Behaviour deaf() {
        return connection -> {
            synchronized (connection) {
                try {
                    connection.wait();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        };
    }

    /** Is there and says so, has nothing of the log yet, and takes none of it. Counts the entries without effect that it is sent. */
    static Behaviour aliveButBehind(AtomicInteger emptyEntries) {
        return connection -> {
            for (PeerFrame frame = PeerFrame.receive(connection);
                    frame != null;
                    frame = PeerFrame.receive(connection)) {
                PeerCall call = frame.call();
                if (call == PeerCall.APPEND_ENTRIES) {
                    AppendEntriesRequest request = (AppendEntriesRequest) frame.requestTo(call);
                    request.getEntriesList().stream()
                            .filter(entry -> entry.getType() == EntryType.ENTRY_TYPE_DATA && entry.getDataLen() == 0)
                            .forEach(entry -> emptyEntries.incrementAndGet());
                    if (request.getEntriesCount() == 0) {
                        reply(connection, frame, nothingBut(request));
                    }
                } else {
                    reply(
                            connection,
                            frame,
                            ErrorResponse.newBuilder().setErrorCode(0).build());
                }
            }
        };
    }

    private static AppendEntriesResponse nothingBut(AppendEntriesRequest request) {
        return AppendEntriesResponse.newBuilder()
                .setTerm(request.getTerm())
                .setSuccess(!request.hasData() || request.getPrevLogIndex() == 0)
                .setLastLogIndex(0)
                .build();
    }

    static void reply(WireConnection connection, PeerFrame request, Message reply) throws IOException {
        PeerFrame.reply(request.id(), request.call(), reply).send(connection);
    }

    @Override
    public void close() {
        server.close();
    }
}
