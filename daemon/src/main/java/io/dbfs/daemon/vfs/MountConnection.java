package io.dbfs.daemon.vfs;

import io.dbfs.common.ChunkId;
import io.dbfs.common.ClusterId;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.rpc.Channels;
import io.dbfs.daemon.chunk.BadReplicaListener;
import io.dbfs.daemon.chunk.ChunkTransport;
import io.dbfs.daemon.chunk.ChunkTransportOptions;
import io.dbfs.daemon.chunk.WireChunkTransport;
import io.dbfs.daemon.client.Connection;
import io.dbfs.daemon.client.MountIdentity;
import io.dbfs.daemon.client.RetryPolicy;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything of a mount that has threads and connections; ended in the reverse order of their making. */
final class MountConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MountConnection.class);
    /** Commits that are under way at once; each waits most of its time. */
    private static final int WORKERS = 8;
    /** At most one task for each open file waits, and a few reports. */
    private static final int TASKS_MAX = 100_000;

    /** Notices to the kernel that wait; beyond, the kernel's own time-outs have to do. */
    private static final int NOTICES_MAX = 50_000;

    /** Pages that the kernel is dropping while a request waits for it. */
    private static final int URGENT_NOTICES_MAX = 16;

    private static final long CLOSE_SECONDS = 5;

    private final Channels channels;
    private final Connection connection;
    private final ExecutorService workers;
    /** Work that blocks must not stand before what frees memory and ends waits. */
    private final ScheduledExecutorService timer;

    private final ScheduledExecutorService heart;
    private final ScheduledExecutorService watchTimer;
    /** At most one task for each group that is watched. */
    private final ExecutorService connectors;

    private final ExecutorService notices;
    private final ExecutorService urgentNotices;
    private final ConcurrentLinkedQueue<ChunkTransport> transports = new ConcurrentLinkedQueue<>();

    private MountConnection(MountConfig config, Channels channels) {
        this.channels = channels;
        this.connection = Connection.open(
                channels,
                config.supernodes(),
                new MountIdentity(config.host(), config.mountPoint(), config.version()),
                RetryPolicy.of(config.operationTimeout()));
        this.workers = new ThreadPoolExecutor(
                WORKERS, WORKERS, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>(TASKS_MAX), threads("dbfs-commit"));
        this.timer = Executors.newSingleThreadScheduledExecutor(threads("dbfs-timer"));
        this.watchTimer = Executors.newSingleThreadScheduledExecutor(threads("dbfs-watch"));
        this.connectors = Executors.newCachedThreadPool(threads("dbfs-connect"));
        this.notices = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(NOTICES_MAX), threads("dbfs-notice"));
        this.urgentNotices = new ThreadPoolExecutor(
                0, URGENT_NOTICES_MAX, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), threads("dbfs-urgent"));
        this.heart = Executors.newSingleThreadScheduledExecutor(threads("dbfs-session"));
    }

    /** Connects a mount's filesystem; what was opened is closed again when that fails. */
    static DbfsFileSystem connect(MountConfig config, Channels channels) {
        MountConnection mount;
        try {
            mount = new MountConnection(config, channels);
        } catch (FsException e) {
            channels.close();
            throw e;
        }
        DbfsFileSystem fileSystem = new DbfsFileSystem(mount.services(config), config, mount);
        mount.connection.session().keep(mount.heart, fileSystem::letGo);
        if (!config.attributeValidity().isZero() || !config.entryValidity().isZero()) {
            ForeignChanges changes = fileSystem.foreignChanges();
            mount.connection.watches().start(changes::names, changes::contentsOf, mount.watchTimer, mount.connectors);
        }
        return fileSystem;
    }

    private MountServices services(MountConfig config) {
        return new MountServices(
                connection.names(),
                connection::cluster,
                cluster -> transport(config, cluster),
                connection.watches(),
                connection.session()::releaseOrphan,
                connection.session().id(),
                InstantSource.system(),
                System::nanoTime,
                workers,
                timer,
                notices,
                urgentNotices);
    }

    private ChunkTransport transport(MountConfig config, ClusterId cluster) {
        BadReplicaListener report = (chunk, node, missing) -> report(cluster, chunk, node, missing);
        ChunkTransport transport = new WireChunkTransport(
                channels,
                report,
                timer,
                System::nanoTime,
                ChunkTransportOptions.defaults(Set.of(config.host()), config.readsHostFiles()));
        transports.add(transport);
        return transport;
    }

    private void report(ClusterId cluster, ChunkId chunk, NodeId node, boolean missing) {
        if (missing) {
            LOG.debug("chunk {} of cluster {} is not on node {}", chunk, cluster, node);
        } else {
            LOG.warn("chunk {} of cluster {} is damaged on node {}", chunk, cluster, node);
        }
        try {
            workers.execute(() -> {
                try {
                    connection.cluster(cluster).reportBadReplica(chunk, node, missing);
                } catch (FsException e) {
                    LOG.warn(
                            "cluster {} was not told of chunk {} on node {}: {}", cluster, chunk, node, e.getMessage());
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("report of chunk {} on node {} is left to the next reader", chunk, node);
        }
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void close() {
        heart.shutdownNow();
        notices.shutdownNow();
        urgentNotices.shutdownNow();
        end(workers);
        connection.close();
        watchTimer.shutdownNow();
        connectors.shutdownNow();
        transports.forEach(ChunkTransport::close);
        end(timer);
        channels.close();
    }

    private static void end(ExecutorService executor) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn(
                        "{} tasks of the mount did not end",
                        executor.shutdownNow().size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            executor.shutdownNow();
        }
    }
}
