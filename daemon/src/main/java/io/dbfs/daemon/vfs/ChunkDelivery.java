package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.daemon.chunk.ChunkUpload;
import io.dbfs.daemon.chunk.ChunkUploadException;
import io.dbfs.daemon.chunk.StoredChunk;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one log to a chain of nodes while it fills. A chain that breaks is left for another, to which everything is
 * sent again: nodes are expected to die. Thread-safe; blocks while the chain does not keep up.
 */
final class ChunkDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkDelivery.class);
    private static final int CHAINS_MAX = 6;

    private final ChunkLog log;
    private final ChunkSender sender;
    private final LongSupplier nanoTime;
    private final Set<NodeId> avoid = new HashSet<>();
    /** Nodes that had no room a moment ago. */
    private final Set<NodeId> full = new HashSet<>();

    private OptionalLong fullSinceNanos = OptionalLong.empty();
    private @Nullable ChunkUpload upload;
    private @Nullable ChunkPlacement placement;
    private volatile @Nullable CompletableFuture<StoredChunk> sealed;
    private int sent;
    private int broken;
    private boolean cancelled;
    private volatile boolean started;
    private volatile boolean synced;
    private volatile @Nullable ChunkPlacement stored;

    ChunkDelivery(ChunkLog log, ChunkSender sender) {
        this.log = log;
        this.sender = sender;
        this.nanoTime = sender.nanoTime();
    }

    /** Whether any byte was sent. */
    boolean isStarted() {
        return started;
    }

    /** Whether the chunk is complete and nothing can be added. */
    boolean isSealed() {
        return sealed != null;
    }

    /** Whether the chunk was stored durably by {@link #seal} itself. */
    boolean isSynced() {
        return synced;
    }

    /** The nodes that store the chunk; null until they do. */
    @Nullable
    ChunkPlacement stored() {
        return stored;
    }

    /**
     * Sends the log's bytes up to {@code until}, which must be frozen.
     *
     * @throws FsException when no chain takes them
     */
    synchronized void send(int until) {
        while (sealed == null && !cancelled) {
            try {
                ChunkUpload open = open();
                while (sent < until) {
                    ByteBuffer part = log.part(sent, until);
                    open.append(part);
                    sent += part.remaining();
                }
                return;
            } catch (ChunkUploadException e) {
                leave(e);
            }
        }
    }

    private ChunkUpload open() {
        ChunkUpload current = upload;
        if (current == null) {
            started = true;
            int bytesMax = log.lengthMax();
            ChunkPlacement next = place(bytesMax);
            current = sender.transport().open(next, bytesMax, sender.stalls().limit(broken));
            placement = next;
            upload = current;
        }
        return current;
    }

    private ChunkPlacement place(int bytesMax) {
        while (true) {
            Set<NodeId> unwanted = new HashSet<>(avoid);
            unwanted.addAll(full);
            try {
                return sender.placements().take(bytesMax, unwanted);
            } catch (FsException e) {
                if (e.errno() != Errno.ENOSPC || full.isEmpty() || isFullForLong()) {
                    throw e;
                }
                // What was deleted is released in the background: they may have room again.
                full.clear();
                sender.placements().discardAll();
            }
        }
    }

    private boolean isFullForLong() {
        return fullSinceNanos.isPresent()
                && nanoTime.getAsLong() - fullSinceNanos.getAsLong() >= PlacementPool.RECLAIM_TIMEOUT.toNanos();
    }

    private void leave(ChunkUploadException failure) {
        ChunkUpload left = upload;
        if (left != null) {
            left.cancel();
        }
        releasePlacement();
        upload = null;
        sealed = null;
        sent = 0;
        if (failure.errno() == Errno.ENOSPC) {
            leaveFull(failure);
            return;
        }
        failure.failedNode().ifPresent(node -> {
            boolean stalled = failure.errno() == Errno.ETIMEDOUT;
            avoid.add(node);
            sender.placements().discard(node, stalled);
            if (stalled) {
                // Whether there is budget decides how soon the next one is left.
                boolean unused = sender.stalls().spend();
            }
        });
        broken++;
        LOG.warn(
                "write of chunk {} broke ({} of {} chains): {}",
                failure.chunk(),
                broken,
                CHAINS_MAX,
                failure.getMessage());
        if (broken >= CHAINS_MAX) {
            throw new FsException(Errno.EIO, "no chain took the chunk; last: " + failure.getMessage());
        }
    }

    /** A node without room is no fault: others are asked, and all again, for as long as space may be on its way. */
    private void leaveFull(ChunkUploadException failure) {
        sender.placements().discardAll();
        failure.failedNode().ifPresent(full::add);
        if (isFullForLong()) {
            throw new FsException(Errno.ENOSPC, "no chain has room for the chunk; last: " + failure.getMessage());
        }
        if (fullSinceNanos.isEmpty()) {
            fullSinceNanos = OptionalLong.of(nanoTime.getAsLong());
        }
    }

    /**
     * Ends the chunk after the whole log, which must be frozen. {@code sync} counts when it is the first call.
     *
     * @return completes when it is stored, or exceptionally when the chain broke
     */
    synchronized CompletableFuture<StoredChunk> seal(boolean sync) {
        CompletableFuture<StoredChunk> result = sealed;
        while (result == null) {
            if (cancelled) {
                return CompletableFuture.failedFuture(new FsException(Errno.ECANCELED));
            }
            send(log.frozen());
            ChunkUpload open = upload;
            ChunkPlacement chain = placement;
            if (open != null && chain != null) {
                long sealedNanos = nanoTime.getAsLong();
                result = open.seal(sync).thenApply(chunk -> {
                    sender.stalls().stored(nanoTime.getAsLong() - sealedNanos);
                    stored = holders(chain, chunk);
                    return chunk;
                });
                sealed = result;
                synced = sync;
            }
        }
        return result;
    }

    /** {@link #seal} for who will {@link #await} it. */
    void startSeal(boolean sync) {
        if (seal(sync).isCancelled()) {
            throw new FsException(Errno.ECANCELED);
        }
    }

    private static ChunkPlacement holders(ChunkPlacement chain, StoredChunk chunk) {
        return new ChunkPlacement(
                chain.chunk(),
                chain.replicas().stream()
                        .filter(replica -> chunk.replicas().contains(replica.node()))
                        .toList());
    }

    /**
     * Seals the chunk and waits until it is stored, on whichever chain.
     *
     * @throws FsException when no chain took it, or not in time
     */
    ChunkPlacement await(boolean sync) {
        while (true) {
            CompletableFuture<StoredChunk> result = seal(sync);
            try {
                result.get(sender.timeout().toNanos(), TimeUnit.NANOSECONDS);
                return Objects.requireNonNull(stored);
            } catch (ExecutionException e) {
                retry(result, e.getCause());
            } catch (TimeoutException e) {
                throw new FsException(Errno.ETIMEDOUT, "chunk was not stored in " + sender.timeout());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FsException(Errno.EINTR, "interrupted while a chunk was stored");
            }
        }
    }

    private synchronized void retry(CompletableFuture<StoredChunk> failed, @Nullable Throwable cause) {
        if (cause instanceof ChunkUploadException failure) {
            if (sealed == failed) {
                leave(failure);
            }
        } else if (cause instanceof FsException failure) {
            throw failure;
        } else {
            throw new FsException(Errno.EIO, "chunk could not be stored: " + cause);
        }
    }

    /** The chunk will not be committed, whatever became of it: its nodes are to delete it. */
    synchronized void abandon() {
        cancel();
        releasePlacement();
    }

    private void releasePlacement() {
        ChunkPlacement left = placement;
        if (left != null) {
            sender.abandoned().add(left);
        }
        placement = null;
    }

    /** Gives the chunk up, unless it is stored already. */
    synchronized void cancel() {
        cancelled = true;
        ChunkUpload open = upload;
        if (open != null && stored == null) {
            open.cancel();
        }
    }
}
