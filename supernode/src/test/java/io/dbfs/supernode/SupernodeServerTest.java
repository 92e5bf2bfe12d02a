package io.dbfs.supernode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.proto.GetStatusReply;
import io.dbfs.proto.InodeReply;
import io.dbfs.proto.KeepAliveReply;
import io.dbfs.proto.KeepAliveRequest;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.SessionsGrpc;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The services as a client reaches them, over gRPC. */
class SupernodeServerTest {
    private SupernodeServer server;
    private SupernodeClient client;

    @BeforeEach
    void start() throws IOException {
        server = SupernodeServer.startInMemory("127.0.0.1:0");
        client = new SupernodeClient(List.of(server.address()));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void aFileNeedsAClusterAndThenHasItAsItsHome() {
        long session = client.openSession();
        assertEquals(
                Errno.EAGAIN.code(), client.create(session, 1, "f").getRefusal().getErrno(), "no cluster yet");
        int cluster = client.reportNode("local", "u", 1 << 20).getClusterId();
        NameOutcome created = client.createInCluster(session, 1, "f");
        assertEquals(0, created.getRefusal().getErrno());
        assertTrue(created.getCreated());
        assertEquals(cluster, created.getInode().getHomeCluster());
        InodeReply found = client.lookup("f");
        assertEquals(created.getInode(), found.getInode());
    }

    @Test
    void aRetryGetsTheFirstOutcome() {
        long session = client.openSession();
        client.reportNode("local", "u", 1 << 20);
        NameOutcome first = client.create(session, 1, "f");
        assertEquals(first, client.create(session, 1, "f"));
        assertEquals(
                Errno.EEXIST.code(), client.create(session, 2, "f").getRefusal().getErrno());
    }

    @Test
    void aSecondClusterOfTheSameNameIsRefused() {
        client.reportNode("local", "first", 1);
        assertEquals(
                Errno.EEXIST.code(),
                client.reportNode("local", "second", 1).getRefusal().getErrno());
    }

    @Test
    void aSessionThatNeverWasIsStale() {
        KeepAliveReply reply = client.ask(
                channel -> SessionsGrpc.newBlockingStub(channel)
                        .keepAlive(KeepAliveRequest.newBuilder().setSession(77).build()),
                KeepAliveReply::getRefusal);
        assertEquals(Errno.ESTALE.code(), reply.getRefusal().getErrno());
    }

    @Test
    void statusTellsClustersMountsAndCounts() {
        long session = client.openSession();
        client.createInCluster(session, 1, "f");
        GetStatusReply status = client.status();
        assertEquals("local", status.getClusters(0).getName());
        assertEquals(session, status.getMounts(0).getSession());
        assertEquals(2, status.getInodes());
        assertTrue(status.getSupernodes(0).getLeads());
    }
}
