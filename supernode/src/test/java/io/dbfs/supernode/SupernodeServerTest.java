package io.dbfs.supernode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.rpc.Channels;
import io.dbfs.proto.CreateOperation;
import io.dbfs.proto.HostLoad;
import io.dbfs.proto.InodeReply;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.KeepAliveReply;
import io.dbfs.proto.KeepAliveRequest;
import io.dbfs.proto.LookupRequest;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.NamesGrpc;
import io.dbfs.proto.NodeReport;
import io.dbfs.proto.OpId;
import io.dbfs.proto.OpenSessionRequest;
import io.dbfs.proto.RegistryGrpc;
import io.dbfs.proto.SessionsGrpc;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The services as a client reaches them, over gRPC. */
class SupernodeServerTest {
    private final Channels channels = new Channels();
    private SupernodeServer server;

    @BeforeEach
    void start() throws IOException {
        server = SupernodeServer.startInMemory("127.0.0.1:0");
    }

    @AfterEach
    void stop() {
        channels.close();
        server.close();
    }

    @Test
    void aFileNeedsAClusterAndThenHasItAsItsHome() {
        long session = openSession();
        assertEquals(Errno.EAGAIN.code(), create(session, 1).getRefusal().getErrno(), "no cluster has reported itself");
        int cluster = reportNode();
        NameOutcome created = create(session, 1);
        assertEquals(0, created.getRefusal().getErrno());
        assertTrue(created.getCreated());
        assertEquals(cluster, created.getInode().getHomeCluster());
        InodeReply found = names().lookup(LookupRequest.newBuilder()
                .setParent(1)
                .setName(ByteString.copyFromUtf8("file"))
                .build());
        assertEquals(created.getInode(), found.getInode());
    }

    @Test
    void aRetryGetsTheFirstOutcome() {
        long session = openSession();
        reportNode();
        NameOutcome first = create(session, 1);
        assertEquals(first, create(session, 1));
        assertEquals(Errno.EEXIST.code(), create(session, 2).getRefusal().getErrno());
    }

    @Test
    void aSessionThatNeverWasIsStale() {
        KeepAliveReply reply = SessionsGrpc.newBlockingStub(channels.control(server.address()))
                .keepAlive(KeepAliveRequest.newBuilder().setSession(77).build());
        assertEquals(Errno.ESTALE.code(), reply.getRefusal().getErrno());
    }

    private long openSession() {
        return SessionsGrpc.newBlockingStub(channels.control(server.address()))
                .openSession(OpenSessionRequest.newBuilder().setHost("here").build())
                .getSession();
    }

    private int reportNode() {
        return RegistryGrpc.newBlockingStub(channels.control(server.address()))
                .reportNode(NodeReport.newBuilder()
                        .setCluster("local")
                        .setClusterUuid("u")
                        .setNodeId(1)
                        .setAddress("127.0.0.1:1")
                        .setLeads(true)
                        .setTerm(1)
                        .setReplicas(1)
                        .setUsableFreeBytes(1 << 20)
                        .setLoad(HostLoad.newBuilder().setCpu(0.5))
                        .build())
                .getClusterId();
    }

    private NameOutcome create(long session, long sequence) {
        return names().execute(NameOperation.newBuilder()
                .setOp(OpId.newBuilder().setClient(session).setSequence(sequence))
                .setCreate(CreateOperation.newBuilder()
                        .setParent(1)
                        .setName(ByteString.copyFromUtf8("file"))
                        .setType(InodeType.REGULAR)
                        .setMode(0644)
                        .setExclusive(true))
                .build());
    }

    private NamesGrpc.NamesBlockingStub names() {
        return NamesGrpc.newBlockingStub(channels.control(server.address()));
    }
}
