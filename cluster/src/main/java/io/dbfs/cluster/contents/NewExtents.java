package io.dbfs.cluster.contents;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.Extent;
import java.util.List;

/** Judges what a client wants cut into a file, before anything is changed by it. */
final class NewExtents {
    private NewExtents() {}

    /**
     * Makes the chunks known, and checks the extents.
     *
     * @throws FsException EINVAL for an extent that makes no sense, EFBIG beyond the largest file, EIO for a chunk
     *     unknown or with too few copies
     */
    static void accept(ContentsState state, long inode, List<ChunkInfo> newChunks, List<Extent> extents, long base) {
        if (extents.size() > Limits.COMMIT_EXTENTS_MAX) {
            throw invalid("extents: " + extents.size() + " (expected: at most " + Limits.COMMIT_EXTENTS_MAX + ")");
        }
        newChunks.forEach(chunk -> state.chunks().introduce(chunk, inode));
        long inlineBytes = 0;
        for (Extent extent : extents) {
            check(state, extent, base);
            inlineBytes += extent.getInline().size();
        }
        if (inlineBytes > Limits.COMMIT_INLINE_BYTES_MAX) {
            throw invalid(
                    "inline bytes: " + inlineBytes + " (expected: at most " + Limits.COMMIT_INLINE_BYTES_MAX + ")");
        }
    }

    private static void check(ContentsState state, Extent extent, long base) {
        long length = Integer.toUnsignedLong(extent.getLength());
        if (length == 0) {
            throw invalid("extent length: 0 (expected: > 0)");
        }
        Files.requireSize(extent.getOffset());
        Files.requireSize(base + extent.getOffset() + length);
        switch (extent.getSourceCase()) {
            case CHUNK -> checkSlice(state, extent.getChunk(), length);
            case INLINE -> {
                if (extent.getInline().size() != length) {
                    throw invalid("inline bytes: " + extent.getInline().size() + " (expected: " + length + ")");
                }
            }
            case HOLE -> {}
            case SOURCE_NOT_SET -> throw invalid("extent without a source");
        }
    }

    private static void checkSlice(ContentsState state, ChunkSlice slice, long length) {
        String name = "chunk " + Long.toHexString(slice.getChunkId());
        long chunkLength = Integer.toUnsignedLong(state.chunks()
                .find(slice.getChunkId())
                .orElseThrow(() -> new FsException(Errno.EIO, name + " is not known"))
                .getLength());
        if (Integer.toUnsignedLong(slice.getChunkOffset()) + length > chunkLength) {
            throw invalid(name + ": slice ends after its " + chunkLength + " bytes");
        }
    }

    private static FsException invalid(String message) {
        return new FsException(Errno.EINVAL, message);
    }
}
