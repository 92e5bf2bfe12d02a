package io.dbfs.daemon.vfs;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.proto.AppendOperation;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.Extent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/** A batch as the extents of one commit. Immutable. */
final class BatchExtents {
    private final List<Piece> pieces;
    private final List<ChunkInfo> newChunks;
    private final Set<ChunkLog> stored;

    private BatchExtents(List<Piece> pieces, List<ChunkInfo> newChunks, Set<ChunkLog> stored) {
        this.pieces = pieces;
        this.newChunks = newChunks;
        this.stored = stored;
    }

    /** Whether a source is in one of the batch's logs. */
    static Predicate<Source> of(WriteBatch batch) {
        return source -> source instanceof Source.Logged logged && batch.logs().contains(logged.log());
    }

    /**
     * What {@code batch} commits: positioned, what later writes left of it; appended, all of it. The file's lock is held.
     *
     * @param inline the bytes themselves; otherwise every log is stored
     */
    static BatchExtents of(WriteBatch batch, RangeMap overlay, boolean inline) {
        List<Piece> logged = batch.kind() == WriteBatch.Kind.APPENDED ? appended(batch) : overlay.select(of(batch));
        List<Piece> pieces = new ArrayList<>(logged.size());
        Set<ChunkLog> used = new HashSet<>();
        List<ChunkInfo> newChunks = new ArrayList<>();
        for (Piece piece : logged) {
            Source.Logged source = (Source.Logged) piece.source();
            if (inline) {
                pieces.add(new Piece(
                        piece.offset(), piece.length(), new Source.Inline(bytes(source, (int) piece.length()), 0)));
            } else {
                ChunkPlacement chunk =
                        Objects.requireNonNull(source.log().delivery.stored());
                int length = source.log().length();
                pieces.add(new Piece(piece.offset(), piece.length(), new Source.Stored(chunk, length, source.from())));
                if (used.add(source.log())) {
                    newChunks.add(info(chunk, length));
                }
            }
        }
        return new BatchExtents(pieces, newChunks, used);
    }

    private static List<Piece> appended(WriteBatch batch) {
        List<Piece> pieces = new ArrayList<>();
        long offset = batch.start();
        for (ChunkLog log : batch.logs()) {
            pieces.add(new Piece(offset, log.length(), new Source.Logged(log, 0)));
            offset += log.length();
        }
        return pieces;
    }

    private static ByteString bytes(Source.Logged source, int length) {
        ByteBuffer copy = ByteBuffer.allocate(length);
        source.log().copyOut(source.from(), copy);
        return UnsafeByteOperations.unsafeWrap(copy.flip());
    }

    private static ChunkInfo info(ChunkPlacement chunk, int length) {
        ChunkInfo.Builder info =
                ChunkInfo.newBuilder().setId(chunk.chunk().value()).setLength(length);
        chunk.replicas().forEach(replica -> info.addReplicas(replica.node().value()));
        return info.build();
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** The logs whose chunks this commits. Of the others nothing is left, or nothing was sent. */
    Set<ChunkLog> stored() {
        return stored;
    }

    /** Where the bytes are once this is committed. */
    List<Piece> committedPieces() {
        return pieces;
    }

    /** The commit as a value; {@code durability}: of all that was stored for it and before. */
    ContentsOperation.Builder toOperation(InodeId inode, WriteBatch batch, Durability durability) {
        return switch (batch.kind()) {
            case POSITIONED -> commit(inode, batch, durability);
            case APPENDED -> append(inode, batch, durability);
        };
    }

    private ContentsOperation.Builder commit(InodeId inode, WriteBatch batch, Durability durability) {
        CommitOperation.Builder commit = CommitOperation.newBuilder()
                .setInode(inode.value())
                .addAllNewChunks(newChunks)
                .setNewChunksDurable(durability.isSettled())
                .setDurableVersion(durability.version())
                .setMinSize(batch.minSize())
                .setTimeNanos(batch.timeNanos());
        pieces.forEach(piece -> commit.addExtents(extent(piece, 0)));
        batch.setMtimeNanos().ifPresent(commit::setSetMtimeNanos);
        batch.setAtimeNanos().ifPresent(commit::setSetAtimeNanos);
        return ContentsOperation.newBuilder().setCommit(commit);
    }

    private ContentsOperation.Builder append(InodeId inode, WriteBatch batch, Durability durability) {
        AppendOperation.Builder append = AppendOperation.newBuilder()
                .setInode(inode.value())
                .addAllNewChunks(newChunks)
                .setNewChunksDurable(durability.isSettled())
                .setDurableVersion(durability.version())
                .setTimeNanos(batch.timeNanos());
        pieces.forEach(piece -> append.addExtents(extent(piece, batch.start())));
        return ContentsOperation.newBuilder().setAppend(append);
    }

    private static Extent extent(Piece piece, long base) {
        Extent.Builder extent =
                Extent.newBuilder().setOffset(piece.offset() - base).setLength((int) piece.length());
        if (piece.source() instanceof Source.Inline inline) {
            extent.setInline(inline.bytes());
        } else if (piece.source() instanceof Source.Stored stored) {
            extent.setChunk(ChunkSlice.newBuilder()
                    .setChunkId(stored.chunk().chunk().value())
                    .setChunkOffset(stored.from()));
        }
        return extent.build();
    }
}
