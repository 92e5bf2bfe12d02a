package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.rpc.Connection;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.google.protobuf.Message;
import io.dbfs.common.wire.WireConnection;
import io.dbfs.common.wire.WireDeadline;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers one request of a peer, from whichever thread has the answer. */
final class PeerAnswer implements RpcContext {
    private static final Logger LOG = LoggerFactory.getLogger(PeerAnswer.class);
    /**
     * The log's thread answers for entries, and must not wait for a peer that does not read. Replies to all that a leader
     * has under way fit into the sockets' buffers, so that this is for a piece of a snapshot's file.
     */
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(5);

    private final WireConnection connection;
    private final long id;
    private final PeerCall call;

    PeerAnswer(WireConnection connection, long id, PeerCall call) {
        this.connection = connection;
        this.id = id;
        this.call = call;
    }

    @Override
    public void sendResponse(Object response) {
        PeerFrame frame = PeerFrame.reply(id, call, (Message) response);
        WireDeadline deadline = connection.within(SEND_TIMEOUT);
        try (deadline) {
            frame.send(connection);
        } catch (IOException e) {
            // The connection has ended, and with it the peer's wait for this reply.
            LOG.debug("reply by {}: {}", connection, e.toString());
            connection.close();
        }
    }

    /** JRaft asks for it in its own processor of entries alone; see {@link EntriesProcessor}. */
    @Override
    public Connection getConnection() {
        throw new UnsupportedOperationException("a peer's connection");
    }

    @Override
    public String getRemoteAddress() {
        return connection.toString();
    }
}
