package io.dbfs.supernode.gateway;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.CloseSessionReply;
import io.dbfs.proto.CloseSessionRequest;
import io.dbfs.proto.KeepAliveReply;
import io.dbfs.proto.KeepAliveRequest;
import io.dbfs.proto.OpenSessionReply;
import io.dbfs.proto.OpenSessionRequest;
import io.dbfs.proto.SessionRecord;
import io.dbfs.proto.SessionsGrpc;
import io.dbfs.supernode.names.NamesReader;
import io.dbfs.supernode.replica.Namespace;
import io.dbfs.supernode.session.SessionKeeper;
import io.dbfs.supernode.session.SessionLeases;
import io.grpc.stub.StreamObserver;

/** Sessions over gRPC. No method blocks. */
public final class SessionsService extends SessionsGrpc.SessionsImplBase {
    /** Orphans told in one reply; the rest is told when these are released. */
    private static final int ORPHANS_MAX = 10_000;

    private final Namespace namespace;
    private final SessionLeases leases;
    private final SessionKeeper keeper;

    public SessionsService(Namespace namespace, SessionLeases leases, SessionKeeper keeper) {
        this.namespace = namespace;
        this.leases = leases;
        this.keeper = keeper;
    }

    @Override
    public void openSession(OpenSessionRequest request, StreamObserver<OpenSessionReply> client) {
        SessionRecord session = SessionRecord.newBuilder()
                .setHost(request.getHost())
                .setMountPoint(request.getMountPoint())
                .setVersion(request.getVersion())
                .build();
        Replies.send(
                namespace.openSession(session).thenApply(this::withLease),
                client,
                failure -> OpenSessionReply.newBuilder()
                        .setRefusal(namespace.refusal("open session", failure))
                        .build());
    }

    private OpenSessionReply withLease(OpenSessionReply opened) {
        leases.renew(opened.getSession());
        return opened.toBuilder().setLeaseMillis(leases.leaseMillis()).build();
    }

    @Override
    public void keepAlive(KeepAliveRequest request, StreamObserver<KeepAliveReply> client) {
        long session = request.getSession();
        Replies.send(
                namespace.read(names -> keepAlive(names, session)),
                client,
                failure -> KeepAliveReply.newBuilder()
                        .setRefusal(namespace.refusal("keep session " + session + " alive", failure))
                        .build());
    }

    private KeepAliveReply keepAlive(NamesReader names, long session) {
        boolean live =
                names.session(session).filter(record -> !record.getEnding()).isPresent();
        if (!live) {
            throw new FsException(Errno.ESTALE, "session " + session + " has ended");
        }
        leases.renew(session);
        return KeepAliveReply.newBuilder()
                .addAllOrphans(names.orphansWaitingFor(session, ORPHANS_MAX))
                .build();
    }

    @Override
    public void closeSession(CloseSessionRequest request, StreamObserver<CloseSessionReply> client) {
        long session = request.getSession();
        Replies.send(
                keeper.end(session).thenApply(ended -> CloseSessionReply.getDefaultInstance()),
                client,
                failure -> CloseSessionReply.newBuilder()
                        .setRefusal(namespace.refusal("close session " + session, failure))
                        .build());
    }
}
