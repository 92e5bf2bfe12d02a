package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.bulk.BlockChecksums;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a chunk together from verified pieces of several copies, none of which needs to be whole. A source that does not answer
 * or lacks the chunk is left for good; one with a damaged piece is asked for that piece block by block, and then stands behind
 * the others. Used by one thread.
 */
final class ChunkAssembly {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkAssembly.class);

    private final ChunkId chunk;
    private final List<ChunkCopier.Source> sources;
    private final Fetch fetch;

    /** Gets verified bytes of a chunk from one source; fails with EIO where they are damaged there. */
    interface Fetch {
        void read(ChunkCopier.Source source, ChunkId chunk, int offset, ByteBuffer target);
    }

    ChunkAssembly(ChunkId chunk, List<ChunkCopier.Source> sources, Fetch fetch) {
        this.chunk = chunk;
        this.sources = new ArrayList<>(sources);
        this.fetch = fetch;
    }

    /**
     * Fills {@code target} with the chunk's bytes from {@code offset} on, which begins a block.
     *
     * @throws FsException what the last source that was asked failed with, when no source has one of the blocks
     */
    void read(int offset, ByteBuffer target) {
        FsException failure = attempt(offset, target.duplicate());
        if (failure == null) {
            return;
        }
        if (sources.isEmpty() || target.remaining() <= BlockChecksums.BLOCK_BYTES) {
            throw failure;
        }
        for (int done = 0; done < target.remaining(); done += BlockChecksums.BLOCK_BYTES) {
            int count = Math.min(BlockChecksums.BLOCK_BYTES, target.remaining() - done);
            FsException blockFailure = attempt(offset + done, target.slice(target.position() + done, count));
            if (blockFailure != null) {
                throw blockFailure;
            }
        }
    }

    /** Asks source after source; null once one of them has given all of it. */
    private @Nullable FsException attempt(int offset, ByteBuffer target) {
        FsException failure = null;
        for (ChunkCopier.Source source : List.copyOf(sources)) {
            try {
                fetch.read(source, chunk, offset, target.duplicate());
                return null;
            } catch (FsException e) {
                LOG.debug("chunk {} at {} from {}: {}", chunk, offset, source.node(), e.getMessage());
                failure = e;
                sources.remove(source);
                if (e.errno() == Errno.EIO) {
                    sources.add(source);
                }
            }
        }
        return failure == null ? new FsException(Errno.ENOENT, "chunk " + chunk + ": no source is left") : failure;
    }
}
