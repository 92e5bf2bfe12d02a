package io.dbfs.daemon.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.NodeId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A chunk did not reach every node of its chain: to be written again, under another placement. Has no stack trace: a
 * node that dies is an expected event.
 */
public final class ChunkUploadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ChunkId chunk;
    private final Errno errno;
    private final @Nullable NodeId failedNode;
    private final transient List<NodeId> storedOn;

    /** {@code failedNode}: where the chain broke, null when that is not known. */
    public ChunkUploadException(
            ChunkId chunk, Errno errno, @Nullable NodeId failedNode, List<NodeId> storedOn, String reason) {
        super("chunk " + chunk + " broke at " + failedNode + ": " + reason, null, false, false);
        this.chunk = chunk;
        this.errno = errno;
        this.failedNode = failedNode;
        this.storedOn = List.copyOf(storedOn);
    }

    /** The chunk that was to be stored. */
    public ChunkId chunk() {
        return chunk;
    }

    /** Why: ENOSPC for a full node, ETIMEDOUT for a silent one, ENOTCONN for one that is gone, EIO for a disk. */
    public Errno errno() {
        return errno;
    }

    /** The node to avoid in the next placement, when it is known. */
    public Optional<NodeId> failedNode() {
        return Optional.ofNullable(failedNode);
    }

    /** Nodes that hold the sealed chunk all the same, in chain order. */
    public List<NodeId> storedOn() {
        return storedOn;
    }
}
