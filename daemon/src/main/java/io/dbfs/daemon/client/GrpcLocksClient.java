package io.dbfs.daemon.client;

import io.dbfs.proto.KeepLocksReply;
import io.dbfs.proto.KeepLocksRequest;
import io.dbfs.proto.LockReply;
import io.dbfs.proto.LockRequest;
import io.dbfs.proto.LocksGrpc;
import io.dbfs.proto.SettledReply;
import io.dbfs.proto.SettledRequest;
import io.dbfs.proto.TestLockReply;
import io.dbfs.proto.TestLockRequest;
import java.time.Duration;

/** One cluster's locks over gRPC. */
final class GrpcLocksClient implements LocksClient {
    /** The cluster does not wait for an answer for longer. */
    private static final Duration SETTLED_PATIENCE = Duration.ofSeconds(3);

    private final GroupCalls cluster;
    private final OpStamps stamps;

    /** {@code stamps} are those of everything that is asked of the cluster: one sequence for each client and group. */
    GrpcLocksClient(GroupCalls cluster, OpStamps stamps) {
        this.cluster = cluster;
        this.stamps = stamps;
    }

    @Override
    public LockReply execute(LockRequest request) {
        return stamps.with(op -> cluster.call(
                LocksGrpc.getExecuteMethod(), request.toBuilder().setOp(op).build(), LockReply::getRefusal));
    }

    @Override
    public TestLockReply test(TestLockRequest request) {
        return cluster.call(LocksGrpc.getTestLockMethod(), request, TestLockReply::getRefusal);
    }

    @Override
    public void settled(SettledRequest request) {
        cluster.call(
                LocksGrpc.getSettledMethod(),
                request,
                SettledReply::getRefusal,
                cluster.deadlineNanos(SETTLED_PATIENCE));
    }

    @Override
    public KeepLocksReply keep(KeepLocksRequest request, Duration patience) {
        return cluster.call(
                LocksGrpc.getKeepLocksMethod(), request, KeepLocksReply::getRefusal, cluster.deadlineNanos(patience));
    }
}
