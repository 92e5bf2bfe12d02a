package io.dbfs.common.bulk;

import io.dbfs.common.Errno;
import io.dbfs.common.NodeId;
import io.grpc.Status;

/** What a bulk call that ended without an answer means to whoever asked. */
final class TransportErrors {
    private TransportErrors() {}

    static Errno errno(Status status) {
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> Errno.ETIMEDOUT;
            case CANCELLED -> Errno.ECANCELED;
            default -> Errno.ENOTCONN;
        };
    }

    static String describe(NodeId node, Status status) {
        return "node " + node + ": " + status.getCode() + " " + status.getDescription();
    }
}
