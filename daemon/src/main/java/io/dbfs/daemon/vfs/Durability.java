package io.dbfs.daemon.vfs;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.common.NodeId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.proto.FileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What of one file is on disks: of each chunk, as many copies as the cluster demands. Chunks that were stored through this file's writer are known one by one; of those that
 * came through a handle closed before, from another mount or out of another file, the cluster tells that there may be
 * some. Confined to whoever holds the order of the file's commits; blocks.
 */
final class Durability {
    /** Stored chunks remembered for the next fsync; beyond, they are synced right away. */
    private static final int PENDING_MAX = 4_096;
    /** Bytes of chunks stored again at once, or one chunk: that much is in memory. */
    private static final int REWRITTEN_BYTES_MAX = 16 << 20;
    /** Until nodes are asked again; twice as long after each attempt without success, up to some seconds. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int PAUSE_DOUBLINGS_MAX = 5;

    private final InodeId inode;
    private final FileView view;
    private final HomeCluster home;
    private final DurableVersions versions;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final Map<ChunkId, ChunkPlacement> pending = new LinkedHashMap<>();
    /** Up to this version everything is durable. */
    private long durable;
    /** Up to this version everything is durable or among {@link #pending}. */
    private long accounted;
    /** Copies that every chunk must have, as far as the cluster told with extents; 0 where it did not. */
    private int minReplicas;
    /** Of what is pending after {@link #trySync}: who is silent is not waited for twice. */
    private @Nullable SyncRequests requests;
    /** How long a node that was asked last may answer nothing before it counts as silent. */
    private long stallNanos;

    /** {@code timeout}: a sync that gets no further for this long fails. */
    Durability(
            InodeId inode,
            FileView view,
            HomeCluster home,
            DurableVersions versions,
            Duration timeout,
            LongSupplier nanoTime) {
        this.inode = inode;
        this.view = view;
        this.home = home;
        this.versions = versions;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
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
        requests = null;
    }

    /**
     * Makes durable what nodes confirm without delay. What too few of them confirm stays pending; chunks that are not
     * committed yet may be among it.
     */
    void trySync() {
        FileAttributes now = account();
        confirm();
        if (pending.isEmpty()) {
            reached(now);
        }
    }

    /**
     * Makes everything durable. All that is pending has been committed. Chunks that too few nodes confirm are stored again
     * on others.
     *
     * @throws FsException EIO where some chunk has too few durable copies; it stays pending
     */
    void sync() {
        FileAttributes now = account();
        confirm();
        if (!pending.isEmpty()) {
            replaceLacking();
        }
        reached(now);
    }

    private void reached(FileAttributes now) {
        accounted = Math.max(accounted, now.getVersion());
        durable = Math.max(durable, now.getVersion());
        versions.reached(inode, durable);
    }

    /** The file's attributes; what they tell of is durable or pending afterwards. */
    private FileAttributes account() {
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
        return accountedForAll ? now : accountForAll(changes);
    }

    private FileAttributes accountForAll(int changes) {
        ReferencedChunks referenced = ReferencedChunks.of(inode, home.contents(), Set.of());
        FileAttributes now = referenced.attributes();
        view.lock.lock();
        try {
            view.asked(changes, now);
        } finally {
            view.lock.unlock();
        }
        minReplicas = referenced.minReplicas();
        if (now.getUnsyncedVersion() > accounted) {
            referenced.lost().stream().findAny().ifPresent(chunk -> {
                throw new FsException(Errno.EIO, "fsync of " + inode + ": no replica of chunk " + chunk + " is known");
            });
            pending.putAll(referenced.chunks());
        }
        return now;
    }

    private void confirm() {
        if (pending.isEmpty()) {
            return;
        }
        SyncRequests asked = requests == null ? new SyncRequests(home.transport(), nanoTime) : requests;
        asked.require(Math.max(minReplicas, home.sender().placements().minReplicas()));
        asked.ask(pending.values());
        try {
            stallNanos = home.sender().stalls().limit(0).toNanos();
            asked.await(stallNanos);
        } catch (InterruptedException e) {
            throw interrupted();
        }
        settle(asked);
        requests = pending.isEmpty() ? null : asked;
    }

    private void settle(SyncRequests asked) {
        pending.keySet().retainAll(asked.lacking());
    }

    private void replaceLacking() {
        SyncRequests asked = Objects.requireNonNull(requests);
        requests = null;
        ChunkRewriter rewriter = new ChunkRewriter(inode, home);
        long deadline = nanoTime.getAsLong() + timeout.toNanos();
        String trouble = "nodes are silent";
        int failures = 0;
        while (!pending.isEmpty()) {
            int before = pending.size();
            try {
                replaceSome(asked, rewriter);
            } catch (FsException e) {
                if (e.errno() == Errno.EINTR || e.errno() == Errno.ENOSPC) {
                    throw e;
                }
                trouble = String.valueOf(e.getMessage());
            } catch (InterruptedException e) {
                throw interrupted();
            }
            long now = nanoTime.getAsLong();
            if (pending.size() < before) {
                failures = 0;
                deadline = now + timeout.toNanos();
            } else if (now - deadline >= 0) {
                throw new FsException(
                        Errno.EIO,
                        "fsync of " + inode + ": " + pending.size()
                                + " chunks have fewer durable copies than min_replicas; last: " + trouble);
            } else {
                pause(asked, failures++);
            }
        }
    }

    private void pause(SyncRequests asked, int failures) {
        try {
            asked.awaitAnswer(PAUSE_NANOS << Math.min(failures, PAUSE_DOUBLINGS_MAX));
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** Asks nodes that hold them by now to confirm chunks, and stores some of those again that stay below. */
    private void replaceSome(SyncRequests asked, ChunkRewriter rewriter) throws InterruptedException {
        ReferencedChunks referenced = ReferencedChunks.of(inode, home.contents(), Set.copyOf(pending.keySet()));
        // What was overwritten since is gone from the nodes, and nobody misses it.
        pending.keySet().removeIf(chunk -> {
            boolean gone = !referenced.chunks().containsKey(chunk)
                    && !referenced.lost().contains(chunk);
            if (gone) {
                asked.remove(chunk);
            }
            return gone;
        });
        referenced.chunks().forEach(pending::replace);
        asked.ask(pending.values());
        settle(asked);
        StallPolicy stalls = home.sender().stalls();
        Set<NodeId> silent = asked.silentFor(stallNanos);
        Set<NodeId> stopped = asked.silentFor(StallPolicy.stoppedAfterNanos());
        silent.forEach(node -> home.sender().placements().discard(node, true));
        List<ChunkPlacement> chunks = new ArrayList<>();
        long bytes = 0;
        for (ChunkPlacement chunk : pending.values()) {
            if (bytes < REWRITTEN_BYTES_MAX && (!asked.isAwaited(chunk, stopped) || stalls.spend())) {
                chunks.add(chunk);
                bytes += referenced.lengths().getOrDefault(chunk.chunk(), 0);
            }
        }
        for (ChunkId chunk : rewriter.rewrite(chunks, referenced, silent)) {
            asked.remove(chunk);
            pending.remove(chunk);
        }
        view.lock.lock();
        try {
            view.committed.forget();
        } finally {
            view.lock.unlock();
        }
    }

    private FsException interrupted() {
        Thread.currentThread().interrupt();
        return new FsException(Errno.EINTR, "interrupted during fsync of " + inode);
    }
}
