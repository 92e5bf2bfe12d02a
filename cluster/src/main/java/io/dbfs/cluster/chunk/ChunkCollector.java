package io.dbfs.cluster.chunk;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.bulk.BlockChecksums;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A chunk on its way from the network to the disk. What arrives is collected in long pieces, and a piece is written by another
 * thread while the next one is collected: neither waits for the other, and the disk has few long requests to serve. A chunk
 * that is no longer than a piece never leaves the thread it came on. Used by one thread.
 *
 * <p>Failures of the store come up in the step after the one that caused them.
 */
final class ChunkCollector implements AutoCloseable {
    private final WritableChunk chunk;
    private final FrameBuffers pieces;
    private final int frameBytesMax;
    private final Executor disk;
    private final int[] checksums;
    private int blocks;
    private @Nullable ByteBuffer piece;
    /** The piece that {@link #written} is about. */
    private @Nullable ByteBuffer writing;

    private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);

    /**
     * A collector of one chunk, which it owns.
     *
     * @param pieces shared by all chunks; when none is left, shorter ones are made
     * @param frameBytesMax the longest frame, in bytes; no longer than a piece
     * @param disk runs one task at a time for a chunk
     */
    ChunkCollector(WritableChunk chunk, FrameBuffers pieces, int frameBytesMax, Executor disk) {
        this.chunk = chunk;
        this.pieces = pieces;
        this.frameBytesMax = frameBytesMax;
        this.disk = disk;
        this.checksums = new int[BlockChecksums.blocks(pieces.sizeBytes())];
    }

    /**
     * Where the next so many bytes are to be put, before {@link #add}. Waits for the disk when it has fallen behind.
     *
     * @throws FsException EINVAL when the bytes before did not end on a multiple of 64 KiB, and what the store has thrown
     */
    ByteBuffer room(int bytes) {
        if (piece != null && piece.position() % BlockChecksums.BLOCK_BYTES != 0) {
            throw new FsException(Errno.EINVAL, "the chunk goes on after a short block");
        }
        if (piece != null && piece.remaining() < bytes) {
            handOver(piece);
        }
        ByteBuffer target = piece == null ? nextPiece() : piece;
        piece = target;
        return target.slice(target.position(), bytes);
    }

    private ByteBuffer nextPiece() {
        ByteBuffer idle = pieces.poll();
        if (idle == null) {
            // Then the one that is being written serves again.
            idle = takeWritten();
        }
        return idle == null ? pieces.make(frameBytesMax) : idle.clear();
    }

    /** Takes the bytes over that {@link #room} gave the place for. */
    void add(int bytes, int[] added) {
        ByteBuffer target = piece;
        if (target == null) {
            throw new IllegalStateException("no room was asked for");
        }
        target.position(target.position() + bytes);
        System.arraycopy(added, 0, checksums, blocks, added.length);
        blocks += added.length;
    }

    private void handOver(ByteBuffer full) {
        awaitWritten();
        int[] sums = takeChecksums();
        ByteBuffer bytes = full.duplicate().flip();
        writing = full;
        piece = null;
        written = CompletableFuture.runAsync(() -> chunk.append(bytes, sums), disk);
    }

    private int[] takeChecksums() {
        int[] sums = Arrays.copyOf(checksums, blocks);
        blocks = 0;
        return sums;
    }

    private void awaitWritten() {
        giveBack(takeWritten());
    }

    /** Waits for the piece that is being written, and takes it; null when there is none. */
    private @Nullable ByteBuffer takeWritten() {
        try {
            written.join();
        } catch (CompletionException e) {
            writing = giveBack(writing);
            throw e.getCause() instanceof FsException failure ? failure : e;
        }
        ByteBuffer done = writing;
        writing = null;
        return done;
    }

    private @Nullable ByteBuffer giveBack(@Nullable ByteBuffer buffer) {
        if (buffer != null) {
            pieces.giveBack(buffer);
        }
        return null;
    }

    /** Writes what is left, and seals the chunk at so many bytes: false when that is not what has come. */
    boolean seal(int length) {
        awaitWritten();
        if (piece != null) {
            chunk.append(piece.flip(), takeChecksums());
            piece = giveBack(piece);
        }
        if (chunk.length() != length) {
            return false;
        }
        chunk.seal();
        return true;
    }

    /** Drops the chunk unless it was sealed. */
    @Override
    public void close() {
        // Whether the last piece could be written is of no interest any more, but its buffer is in use until then.
        written.handle((done, failure) -> null).join();
        writing = giveBack(writing);
        piece = giveBack(piece);
        chunk.close();
    }
}
