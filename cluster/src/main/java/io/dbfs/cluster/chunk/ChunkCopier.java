package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.bulk.BlockChecksums;
import io.dbfs.common.bulk.ChunkRead;
import io.dbfs.common.wire.WirePool;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches chunks from other nodes into this node's store, for repair. Thread-safe. */
public final class ChunkCopier {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkCopier.class);
    private static final int PIECE_BYTES = 1024 * 1024;

    private final ChunkStore store;
    private final WirePool pool;
    private final Duration pieceTimeout;

    /**
     * A node that holds the chunk.
     *
     * @param address host:port of its API
     */
    public record Source(NodeId node, String address) {}

    /** {@code pieceTimeout}: how long a source may take for one MiB. */
    public ChunkCopier(ChunkStore store, WirePool pool, Duration pieceTimeout) {
        this.store = store;
        this.pool = pool;
        this.pieceTimeout = pieceTimeout;
    }

    /**
     * Copies a chunk here, verified and durable, put together from whatever is whole at the sources. A damaged copy that is here
     * is replaced once the new one is complete; a whole one is left as it is. Blocks; a bounded time for each MiB and source.
     *
     * @throws FsException EEXIST when the chunk is being written here; ENOSPC; EIO or ENOENT when no source has one of the blocks;
     *     otherwise what the last of the sources failed with
     */
    public void copy(ChunkId id, int length, List<Source> sources) {
        if (sources.isEmpty()) {
            throw new FsException(Errno.ENOENT, "copy of chunk " + id + ": no source");
        }
        if (isWholeHere(id, length)) {
            return;
        }
        ChunkAssembly assembly = new ChunkAssembly(
                id,
                sources,
                (source, chunk, offset, target) ->
                        new ChunkRead(pool, source.node(), source.address(), pieceTimeout).read(chunk, offset, target));
        try (WritableChunk chunk = store.replace(id, length)) {
            ByteBuffer piece = ByteBuffer.allocateDirect(Math.min(PIECE_BYTES, Math.max(1, length)));
            while (chunk.length() < length) {
                piece.clear().limit(Math.min(piece.capacity(), length - chunk.length()));
                assembly.read(chunk.length(), piece);
                chunk.append(piece, BlockChecksums.of(piece));
            }
            chunk.seal();
        }
        await(store.sync(List.of(id)));
    }

    private boolean isWholeHere(ChunkId id, int length) {
        try {
            return ChunkVerifier.verify(store, id) == length;
        } catch (FsException missingOrDamaged) {
            LOG.debug("chunk {} is to be copied here: {}", id, missingOrDamaged.getMessage());
            return false;
        }
    }

    private static void await(CompletableFuture<Void> future) {
        try {
            future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof FsException known
                    ? known
                    : new FsException(Errno.EIO, String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FsException(Errno.EINTR, "copy was interrupted", e);
        }
    }
}
