package io.dbfs.daemon.client;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.proto.CloseSessionReply;
import io.dbfs.proto.CloseSessionRequest;
import io.dbfs.proto.KeepAliveReply;
import io.dbfs.proto.KeepAliveRequest;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.NamesGrpc;
import io.dbfs.proto.OpenSessionReply;
import io.dbfs.proto.OpenSessionRequest;
import io.dbfs.proto.ReleaseOrphansOperation;
import io.dbfs.proto.SessionsGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mount's lease at the supernode. While it lives, unlinked files this mount holds open keep their contents. A lease
 * that ran out (the mount was cut off or stopped for longer) is replaced by a new one. Thread-safe.
 */
public final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final long BEAT_MILLIS_MAX = 2_000;
    private static final int RELEASES_PER_OPERATION = 1_000;
    /** Beyond this the supernode's next list of orphans reminds of the rest. */
    private static final int RELEASES_QUEUED_MAX = 10_000;

    private final GroupCalls supernode;
    private final MountIdentity identity;
    private final BlockingQueue<InodeId> releases = new ArrayBlockingQueue<>(RELEASES_QUEUED_MAX);
    private final long leaseMillis;
    private volatile long id;
    private volatile OrphanHolder holder = inode -> false;
    private volatile boolean closed;

    private Session(GroupCalls supernode, MountIdentity identity) {
        this.supernode = supernode;
        this.identity = identity;
        OpenSessionReply reply = begin();
        this.id = reply.getSession();
        this.leaseMillis = reply.getLeaseMillis();
    }

    /** Opens a session; fails as every operation at the supernode does. */
    static Session open(GroupCalls supernode, MountIdentity identity) {
        return new Session(supernode, identity);
    }

    /** Keeps the lease from now on, and tells the supernode which orphans {@code asked} does not hold. */
    public void keep(ScheduledExecutorService timer, OrphanHolder asked) {
        holder = asked;
        long beat = Math.max(1, Math.min(leaseMillis / 3, BEAT_MILLIS_MAX));
        ScheduledFuture<?> beats = timer.scheduleWithFixedDelay(this::beat, beat, beat, TimeUnit.MILLISECONDS);
        if (beats.isCancelled()) {
            throw new IllegalStateException("session timer is shut down");
        }
    }

    /** The session's id, never 0. It changes when the lease was lost. */
    public long id() {
        return id;
    }

    /** An unlinked inode was closed for the last time here. */
    public void releaseOrphan(InodeId inode) {
        if (!releases.offer(inode)) {
            LOG.debug("release of orphan {} waits for the next list", inode);
        }
    }

    private void beat() {
        if (closed) {
            return;
        }
        try {
            for (long orphan : renewLease().getOrphansList()) {
                InodeId inode = new InodeId(orphan);
                if (holder.letGo(inode)) {
                    releaseOrphan(inode);
                }
            }
            releaseQueued();
        } catch (FsException e) {
            LOG.warn("session {} could not be renewed: {}", id, e.getMessage());
        }
    }

    private KeepAliveReply renewLease() {
        try {
            return supernode.call(
                    SessionsGrpc.getKeepAliveMethod(),
                    KeepAliveRequest.newBuilder()
                            .setSession(id)
                            .setHost(identity.host())
                            .setMountPoint(identity.mountPoint())
                            .setVersion(identity.version())
                            .build(),
                    KeepAliveReply::getRefusal);
        } catch (FsException e) {
            if (e.errno() != Errno.ESTALE) {
                throw e;
            }
            long lost = id;
            id = begin().getSession();
            LOG.warn("session {} ran out; goes on as session {}", lost, id);
            return KeepAliveReply.getDefaultInstance();
        }
    }

    private OpenSessionReply begin() {
        return supernode.call(
                SessionsGrpc.getOpenSessionMethod(),
                OpenSessionRequest.newBuilder()
                        .setHost(identity.host())
                        .setMountPoint(identity.mountPoint())
                        .setVersion(identity.version())
                        .build(),
                OpenSessionReply::getRefusal);
    }

    private void releaseQueued() {
        List<InodeId> batch = new ArrayList<>();
        while (releases.drainTo(batch, RELEASES_PER_OPERATION) > 0) {
            ReleaseOrphansOperation.Builder release =
                    ReleaseOrphansOperation.newBuilder().setSession(id);
            batch.forEach(inode -> release.addInodes(inode.value()));
            // Releasing twice is releasing once: no identity needed. A lost one comes back with the next list.
            supernode.call(
                    NamesGrpc.getExecuteMethod(),
                    NameOperation.newBuilder().setReleaseOrphans(release).build(),
                    NameOutcome::getRefusal);
            batch.clear();
        }
    }

    /** Ends the session, which also releases every orphan. A supernode that cannot be reached finds out by the lease. */
    @Override
    public void close() {
        closed = true;
        try {
            supernode.call(
                    SessionsGrpc.getCloseSessionMethod(),
                    CloseSessionRequest.newBuilder().setSession(id).build(),
                    CloseSessionReply::getRefusal);
        } catch (FsException e) {
            LOG.warn("session {} could not be closed: {}", id, e.getMessage());
        }
    }
}
