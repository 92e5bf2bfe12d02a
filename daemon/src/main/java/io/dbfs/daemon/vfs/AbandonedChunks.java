package io.dbfs.daemon.vfs;

import io.dbfs.common.FsException;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.daemon.client.ContentsClient;
import io.dbfs.proto.ChunkInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunks of one cluster that this mount wrote, or began to write, and will not commit: the cluster is told in batches, so that nodes
 * delete them soon. What is lost here, with the mount or beyond the bound, the nodes' own audit finds later. Thread-safe.
 */
final class AbandonedChunks {
    private static final Logger LOG = LoggerFactory.getLogger(AbandonedChunks.class);
    /** Chunks that wait to be told of. */
    private static final int QUEUE_MAX = 10_000;
    /** Chunks in one request. */
    static final int BATCH_MAX = 1000;

    private final ContentsClient cluster;
    private final Executor later;
    private final Deque<ChunkInfo> queue = new ArrayDeque<>();
    private boolean scheduled;

    /** @param later runs a task that may block, after a moment in which more come together */
    AbandonedChunks(ContentsClient cluster, Executor later) {
        this.cluster = cluster;
        this.later = later;
    }

    /** The chunk will not be committed. Does not block. */
    void add(ChunkPlacement chunk) {
        ChunkInfo.Builder info = ChunkInfo.newBuilder().setId(chunk.chunk().value());
        chunk.replicas().forEach(replica -> info.addReplicas(replica.node().value()));
        synchronized (this) {
            if (queue.size() >= QUEUE_MAX) {
                LOG.debug("chunk {} is left to the audit: {} wait before it", chunk.chunk(), queue.size());
                return;
            }
            queue.addLast(info.build());
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        try {
            later.execute(this::flush);
        } catch (RejectedExecutionException closing) {
            LOG.debug("abandoned chunks are told of when the mount ends");
        }
    }

    /** Tells the cluster of all that wait; whether there were any. Blocks for a bounded time. */
    boolean flush() {
        boolean any = false;
        for (List<ChunkInfo> batch = take(); !batch.isEmpty(); batch = take()) {
            any = true;
            try {
                cluster.abandonChunks(batch);
            } catch (FsException e) {
                LOG.info("{} abandoned chunks are left to the audit: {}", batch.size(), e.getMessage());
                return true;
            }
        }
        return any;
    }

    private synchronized List<ChunkInfo> take() {
        scheduled = false;
        List<ChunkInfo> batch = new ArrayList<>(Math.min(BATCH_MAX, queue.size()));
        while (batch.size() < BATCH_MAX && !queue.isEmpty()) {
            batch.add(queue.removeFirst());
        }
        return batch;
    }
}
