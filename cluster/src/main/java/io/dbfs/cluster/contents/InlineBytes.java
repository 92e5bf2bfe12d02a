package io.dbfs.cluster.contents;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.dbfs.proto.Extent;
import io.dbfs.proto.ExtentRecord;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where the bytes of an inline piece are. In a file of few pieces they are in the extent's record, so that one look-up
 * finds all. In one of many they are under a key of their own: whoever cuts something into the file, as a database does
 * at each commit, passes over its neighbours without reading them, and the records of many fit into memory.
 */
final class InlineBytes {
    /** Shorter pieces are no larger than a record that says where the bytes are. */
    private static final int APART_BYTES_MIN = 256;
    /** Extents from which on a file has many. */
    private static final long APART_EXTENTS_MIN = 16;

    private InlineBytes() {}

    /** Whether a new piece's bytes are to be kept apart. */
    static boolean belongApart(Extent extent, long extentsOfFile) {
        return extentsOfFile >= APART_EXTENTS_MIN && extent.getInline().size() >= APART_BYTES_MIN;
    }

    /** Whether a record lacks its bytes, because they are apart. */
    static boolean areApart(ExtentRecord piece) {
        return piece.getExtent().getSourceCase() == Extent.SourceCase.INLINE
                && piece.getExtent().getInline().isEmpty();
    }

    /** A piece with its bytes, wherever they are. */
    static ExtentRecord with(Function<byte[], Optional<byte[]>> state, long inode, ExtentRecord piece) {
        if (!areApart(piece)) {
            return piece;
        }
        Extent.Builder extent = piece.getExtent().toBuilder();
        byte[] bytes = state.apply(Keys.inlineBytes(inode, ExtentMap.end(piece.getExtent())))
                .orElseThrow(() -> new IllegalStateException(
                        "no bytes of the piece of file " + inode + " at " + extent.getOffset()));
        return piece.toBuilder()
                .setExtent(extent.setInline(UnsafeByteOperations.unsafeWrap(bytes)))
                .build();
    }

    /** A piece without its bytes. */
    static ExtentRecord without(ExtentRecord piece) {
        return piece.toBuilder()
                .setExtent(piece.getExtent().toBuilder().setInline(ByteString.EMPTY))
                .build();
    }
}
