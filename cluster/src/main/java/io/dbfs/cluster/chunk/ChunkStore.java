package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.bulk.ChunkFile;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The chunks of one storage node. A chunk is written once, sealed, and never changes; until it is sealed nobody but its
 * writer sees it. Thread-safe.
 *
 * <p>Failures are {@link io.dbfs.common.FsException}s: ENOENT for a chunk that is not here, EIO for one that is damaged
 * or a disk that fails, ENOSPC when the disk (less the reserve) is full. NOTE: every method is one that a node or its
 * repair needs; what a file is is known elsewhere.
 */
public interface ChunkStore extends AutoCloseable {
    /** The longest chunk a store takes, in bytes. */
    int MAX_CHUNK_BYTES = 64 * 1024 * 1024;

    /**
     * Begins a chunk. Fails with EEXIST when one of that id is sealed or being written, and with ENOSPC when there is no
     * room left for it beside the chunks that are being written.
     *
     * @param bytesMax how long it will be at most; 0: not known, a chunk of usual size
     */
    WritableChunk create(ChunkId id, int bytesMax);

    /** Begins a chunk whose length is not known. */
    default WritableChunk create(ChunkId id) {
        return create(id, 0);
    }

    /**
     * As {@link #create}, of a chunk that takes the place of the sealed one of that id, which is damaged. Sealing it makes it
     * durable, reads it back and verifies it before the damaged one goes, and fails with EIO when it is not whole; until then
     * the damaged one stays. Where no chunk of that id is sealed this is a chunk as any other.
     */
    WritableChunk replace(ChunkId id, int bytesMax);

    /** As {@link #replace(ChunkId, int)}, of a chunk whose length is not known. */
    default WritableChunk replace(ChunkId id) {
        return replace(id, 0);
    }

    /**
     * Reads from {@code offset} on until {@code target} is full or the chunk ends, after verifying the checksum of every
     * block it touches, and moves the target's position along. Blocks on the disk.
     *
     * @return the number of bytes read, 0 at the chunk's end and beyond
     */
    int read(ChunkId id, int offset, ByteBuffer target);

    /**
     * As {@link #read}, but leaves it to the caller, or to whom it sends the bytes, to verify what is whole blocks.
     *
     * @return CRC32C of each piece of what was read, cut where blocks end: of whole blocks what was stored with them
     */
    int[] readWithChecksums(ChunkId id, int offset, ByteBuffer target);

    /**
     * The same bytes, to be sent without passing through this process's memory; empty when that cannot be had, because they are
     * few, not whole blocks, or not in a file.
     */
    default Optional<ChunkRange> range(ChunkId id, int offset, int bytes) {
        return Optional.empty();
    }

    /** The chunk's file, for processes of this host that may read it themselves; empty when it is not in one. */
    default Optional<ChunkFile> file(ChunkId id) {
        return Optional.empty();
    }

    /** Length of a sealed chunk in bytes. */
    int length(ChunkId id);

    /**
     * Makes sealed chunks durable. Completes when all are, or exceptionally with an FsException when one is not here or
     * could not be made so.
     */
    CompletableFuture<Void> sync(Collection<ChunkId> ids);

    /** Removes a sealed chunk; false when there is none. Reads under way may still see it. */
    boolean delete(ChunkId id);

    /** Visits every sealed chunk that is here from beginning to end of the scan, in no order. */
    void scan(Consumer<ChunkEntry> visitor);

    /** What is stored and what room is left. Cheap. */
    ChunkUsage usage();

    /** Names the filesystem whose room that is, see {@link io.dbfs.common.host.FilesystemId}; empty: its own. */
    default String filesystem() {
        return "";
    }

    /** Finishes what is to be made durable and lets go of the files. Unsealed chunks are lost. */
    @Override
    void close();
}
