package io.dbfs.common.bulk;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ChunkWriteReply;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;

/** What it means to whoever asked that a node could not be reached, vanished or was late. */
public final class ChunkFailures {
    private ChunkFailures() {}

    /** ETIMEDOUT for a node that was late, EINTR for an interrupted thread, ENOTCONN for any other failure on the way. */
    public static FsException of(NodeId node, IOException failure) {
        return new FsException(errno(failure), "node " + node + ": " + failure.getMessage(), failure);
    }

    private static Errno errno(IOException failure) {
        if (failure instanceof SocketTimeoutException) {
            return Errno.ETIMEDOUT;
        }
        return failure instanceof ClosedByInterruptException ? Errno.EINTR : Errno.ENOTCONN;
    }

    /** The reply in the stead of a node that gave none, or of one that refuses. */
    public static ChunkWriteReply reply(NodeId node, FsException failure) {
        return ChunkWriteReply.newBuilder()
                .setRefusal(Refusals.of(failure))
                .setFailedNode(node.value())
                .build();
    }
}
