package io.dbfs.daemon.client;

import io.dbfs.common.ChunkId;
import io.dbfs.common.NodeId;
import io.dbfs.proto.AllocateReply;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.GetExtentsReply;
import io.dbfs.proto.GetExtentsRequest;
import io.dbfs.proto.OpenReply;
import io.dbfs.proto.OpenRequest;
import io.dbfs.proto.RewriteExtents;
import io.dbfs.proto.StatReply;
import io.dbfs.proto.StatRequest;
import java.util.Collection;
import java.util.List;

/**
 * The contents one cluster keeps, as its leader serves them. Every method blocks until it has an answer or the operation
 * timeout is over, and throws {@link io.dbfs.common.FsException}: the server's errno, or ETIMEDOUT when no leader
 * answered in time. Replies returned are never refusals. Thread-safe.
 */
public interface ContentsClient {
    /** Applies an operation exactly once, however often it has to be sent. Its {@code op} is filled in here. */
    ContentsOutcome execute(ContentsOperation operation);

    OpenReply open(OpenRequest request);

    GetExtentsReply getExtents(GetExtentsRequest request);

    StatReply stat(StatRequest request);

    /**
     * Places to write up to {@code count} (1 to 64) chunks to, none of them on {@code avoid}; ENOSPC when nodes are full. No place
     * and a time: space is being reclaimed, and to be asked for again.
     *
     * @param bytes length of the longest chunk that is to be written now
     */
    AllocateReply allocate(int count, int bytes, Collection<NodeId> avoid);

    /** These chunks, at most 1000, will never be committed: nodes are to delete what they have of them. */
    void abandonChunks(List<ChunkInfo> chunks);

    /** Has a file's extents name other chunks that hold the same bytes, where they were not written since. */
    void rewrite(RewriteExtents rewrite);

    /** A replica could not be read. {@code missing}: the node has no such chunk, as opposed to a damaged one. */
    void reportBadReplica(ChunkId chunk, NodeId node, boolean missing);

    /** The locks of the same cluster. */
    LocksClient locks();
}
