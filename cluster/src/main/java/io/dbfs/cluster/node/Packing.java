package io.dbfs.cluster.node;

import com.google.protobuf.ByteString;
import io.dbfs.proto.AllocateReply;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.Extent;
import io.dbfs.proto.Placement;
import io.dbfs.proto.RewriteExtents;
import java.util.ArrayList;
import java.util.List;

/** Pieces of one file laid end to end, to become one chunk. */
final class Packing {
    private final AllocateReply allocated;
    private final long version;
    private final List<Extent> extents = new ArrayList<>();
    private ByteString bytes = ByteString.EMPTY;

    /** {@code version}: that of the file when the first piece was read. */
    Packing(AllocateReply allocated, long version) {
        this.allocated = allocated;
        this.version = version;
    }

    /** Whether one more piece fits into a chunk of the largest size; the first one always does. */
    boolean fits(ByteString piece) {
        return bytes.isEmpty() || bytes.size() + piece.size() <= allocated.getChunkSizeBytes();
    }

    /** Adds what a file's range holds. */
    void add(Extent range, ByteString piece) {
        extents.add(Extent.newBuilder()
                .setOffset(range.getOffset())
                .setLength(range.getLength())
                .setChunk(ChunkSlice.newBuilder()
                        .setChunkId(placement().getChunkId())
                        .setChunkOffset(bytes.size()))
                .build());
        bytes = bytes.concat(piece);
    }

    Placement placement() {
        return allocated.getPlacements(0);
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /** What to tell the leader once the chunk is stored. */
    RewriteExtents rewrite(long inode, ChunkInfo stored) {
        return RewriteExtents.newBuilder()
                .setInode(inode)
                .setVersion(version)
                .addNewChunks(stored)
                .addAllExtents(extents)
                .build();
    }
}
