package io.dbfs.daemon.vfs;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.common.NodeId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.proto.FileAttributes;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of one file is on disks. Chunks that were stored through this file's writer are known one by one; of those that
 * came through a handle closed before, from another mount or out of another file, the cluster tells that there may be
 * some. Confined to whoever holds the order of the file's commits; blocks.
 */
final class Durability {
    private static final Logger LOG = LoggerFactory.getLogger(Durability.class);
    /** Stored chunks remembered for the next fsync; beyond, they are synced right away. */
    private static final int PENDING_MAX = 4_096;

    private final InodeId inode;
    private final FileView view;
    private final HomeCluster home;
    private final DurableVersions versions;
    private final Duration timeout;
    private final Map<ChunkId, ChunkPlacement> pending = new LinkedHashMap<>();
    /** Up to this version everything is durable. */
    private long durable;
    /** Up to this version everything is durable or among {@link #pending}. */
    private long accounted;

    Durability(InodeId inode, FileView view, HomeCluster home, DurableVersions versions, Duration timeout) {
        this.inode = inode;
        this.view = view;
        this.home = home;
        this.versions = versions;
        this.timeout = timeout;
        this.durable = versions.of(inode);
        this.accounted = durable;
    }

    /** The chunk is stored, but nobody has said that it is durable. */
    void stored(ChunkPlacement chunk) {
        pending.put(chunk.chunk(), chunk);
    }

    /** Whether more is pending than is to be remembered. */
    boolean isFull() {
        return pending.size() > PENDING_MAX;
    }

    /** Whether every chunk stored through here is durable. */
    boolean isSettled() {
        return pending.isEmpty();
    }

    /** Up to this version everything is durable. */
    long version() {
        return durable;
    }

    /** A commit of this writer made {@code after} of {@code before}, and all its chunks were {@link #stored} or synced. */
    void committed(FileAttributes before, FileAttributes after) {
        boolean alone = after.getVersion() == before.getVersion() + 1;
        if (alone && before.getUnsyncedVersion() <= accounted) {
            accounted = after.getVersion();
        }
    }

    /** The file was cut to nothing. */
    void emptied() {
        pending.clear();
    }

    /**
     * Makes everything durable that is committed.
     *
     * @throws FsException EIO where no copy of some chunk is durable
     */
    void sync() {
        FileAttributes now;
        boolean accountedForAll;
        int changes;
        view.lock.lock();
        try {
            now = view.contents();
            changes = view.changesElsewhere();
            accountedForAll = now.getUnsyncedVersion() <= accounted && !view.isOutdated();
        } finally {
            view.lock.unlock();
        }
        if (!accountedForAll) {
            now = accountForAll(changes);
        }
        if (!pending.isEmpty()) {
            List<ChunkPlacement> chunks = List.copyOf(pending.values());
            pending.clear();
            sync(chunks);
        }
        accounted = Math.max(accounted, now.getVersion());
        durable = Math.max(durable, now.getVersion());
        versions.reached(inode, durable);
    }

    private FileAttributes accountForAll(int changes) {
        ReferencedChunks referenced = ReferencedChunks.of(inode, home.contents());
        FileAttributes now = referenced.attributes();
        view.lock.lock();
        try {
            view.asked(changes, now);
        } finally {
            view.lock.unlock();
        }
        if (now.getUnsyncedVersion() > accounted) {
            pending.putAll(referenced.chunks());
        }
        return now;
    }

    private void sync(List<ChunkPlacement> chunks) {
        Set<NodeId> failed = confirm(chunks);
        if (failed.isEmpty()) {
            return;
        }
        // What was overwritten since is gone from the nodes, and nobody misses it.
        Set<ChunkId> needed =
                ReferencedChunks.of(inode, home.contents()).chunks().keySet();
        List<ChunkPlacement> rest =
                chunks.stream().filter(chunk -> needed.contains(chunk.chunk())).toList();
        Set<NodeId> silent = rest.isEmpty() ? Set.of() : confirm(rest);
        for (ChunkPlacement chunk : rest) {
            if (chunk.replicas().stream().allMatch(replica -> silent.contains(replica.node()))) {
                throw new FsException(Errno.EIO, "no replica of chunk " + chunk.chunk() + " is durable");
            }
        }
        if (!silent.isEmpty()) {
            LOG.warn("fsync of {}: nodes {} did not confirm", inode, silent);
        }
    }

    private Set<NodeId> confirm(List<ChunkPlacement> chunks) {
        try {
            return new HashSet<>(home.sender().transport().sync(chunks).get(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException | TimeoutException e) {
            throw new FsException(Errno.EIO, "fsync of " + inode + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FsException(Errno.EINTR, "interrupted during fsync of " + inode);
        }
    }
}
