package io.dbfs.raft.jraft;

import com.google.protobuf.Message;
import io.dbfs.common.rpc.HostPort;
import io.dbfs.common.wire.WireConnection;
import io.dbfs.common.wire.WireKind;
import io.dbfs.common.wire.WireServer;
import io.dbfs.common.wire.WireService;
import java.io.IOException;
import java.util.List;

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

    static void reply(WireConnection connection, PeerFrame request, Message reply) throws IOException {
        PeerFrame.reply(request.id(), request.call(), reply).send(connection);
    }

    @Override
    public void close() {
        server.close();
    }
}
