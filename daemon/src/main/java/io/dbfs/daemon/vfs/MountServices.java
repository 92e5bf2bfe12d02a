package io.dbfs.daemon.vfs;

import io.dbfs.common.ClusterId;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.chunk.ChunkTransport;
import io.dbfs.daemon.client.Clusters;
import io.dbfs.daemon.client.NamesClient;
import io.dbfs.daemon.client.Watches;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What a mount's filesystem stands on.
 *
 * @param transports a transport to each cluster's nodes, asked for once
 * @param watches the streams by which changes of others are heard
 * @param orphanClosed is told of unlinked inodes that were closed for the last time
 * @param lockHolder this mount's number as the owner of locks, unique in the system
 * @param clock the time of files
 * @param nanoTime the time of waits and validity
 * @param workers run commits in the background; they block
 * @param timer runs what is due; nothing on it blocks
 * @param notices runs notices to the kernel, one at a time and in order; they may wait for the kernel
 * @param urgentNotices runs those for which a request waits, several at once; rejects what is too much
 */
record MountServices(
        NamesClient names,
        Clusters clusters,
        Function<ClusterId, ChunkTransport> transports,
        Watches watches,
        Consumer<InodeId> orphanClosed,
        long lockHolder,
        InstantSource clock,
        LongSupplier nanoTime,
        ExecutorService workers,
        ScheduledExecutorService timer,
        Executor notices,
        Executor urgentNotices) {}
