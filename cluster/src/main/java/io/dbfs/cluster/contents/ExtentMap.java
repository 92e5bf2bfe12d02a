package io.dbfs.cluster.contents;

import com.google.protobuf.ByteString;
import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.Extent;
import io.dbfs.proto.ExtentRecord;
import io.dbfs.proto.FileRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * One file's sorted, non-overlapping extents. Every change touches the neighbours of the changed range only, and keeps
 * the file's totals and the chunks' live bytes exact.
 */
final class ExtentMap {
    /** The bytes of a file from one offset up to another. */
    record Range(long from, long to) {}

    private final ContentsState state;
    private final long inode;
    private final FileRecord.Builder file;

    /** The map of a file whose totals are kept in {@code file}. */
    ExtentMap(ContentsState state, FileRecord.Builder file) {
        this.state = state;
        this.file = file;
        inode = file.getAttributes().getInode();
    }

    /** Puts an extent in place of whatever was in its range; a hole leaves nothing there. */
    void write(Extent extent, long version) {
        long from = extent.getOffset();
        long to = end(extent);
        boolean joins = mayJoin(extent);
        List<ExtentRecord> near = reaching(from, to, joins);
        cut(near, from, to);
        if (extent.getSourceCase() == Extent.SourceCase.HOLE) {
            return;
        }
        ExtentRecord piece =
                ExtentRecord.newBuilder().setExtent(extent).setVersion(version).build();
        store(joins ? joinBefore(joinAfter(piece, near)) : piece);
    }

    /** Makes a hole of [from, to). */
    void cut(long from, long to) {
        cut(reaching(from, to, false), from, to);
    }

    /** Takes off up to {@code limit} extents, from the first on; whether none is left. */
    boolean release(int limit) {
        List<ExtentRecord> first = new ArrayList<>();
        byte[] prefix = Keys.extents(inode);
        state.changes().scan(prefix, prefix, (key, value) -> {
            first.add(Records.parse(ExtentRecord.parser(), value));
            return first.size() < limit;
        });
        first.forEach(this::remove);
        return file.getExtents() == 0;
    }

    /** The parts of [from, to) that hold data written at or before a version. */
    List<Range> writtenBy(long version, long from, long to) {
        return reaching(from, to, false).stream()
                .filter(piece -> Long.compareUnsigned(piece.getVersion(), version) <= 0)
                .map(ExtentRecord::getExtent)
                .map(extent -> new Range(Math.max(from, extent.getOffset()), Math.min(to, end(extent))))
                .toList();
    }

    /**
     * The parts of [from, to) that hold data, in order: at most {@code limit} of them, and none after the one with which
     * their inline bytes exceed {@code inlineBytesMax}.
     */
    List<ExtentRecord> first(long from, long to, int limit, long inlineBytesMax) {
        List<ExtentRecord> found = new ArrayList<>();
        long[] inlineBytes = new long[1];
        state.changes().scan(Keys.extents(inode), Keys.extent(inode, from + 1), (key, value) -> {
            ExtentRecord piece = Records.parse(ExtentRecord.parser(), value);
            long start = piece.getExtent().getOffset();
            if (start >= to) {
                return false;
            }
            ExtentRecord part = slice(withBytes(piece), Math.max(from, start), Math.min(to, end(piece.getExtent())));
            found.add(part);
            inlineBytes[0] += part.getExtent().getInline().size();
            return found.size() < limit && inlineBytes[0] <= inlineBytesMax;
        });
        return found;
    }

    static long end(Extent extent) {
        return extent.getOffset() + Integer.toUnsignedLong(extent.getLength());
    }

    /** The part of a piece between two positions inside it. */
    static ExtentRecord slice(ExtentRecord piece, long from, long to) {
        Extent whole = piece.getExtent();
        if (from == whole.getOffset() && to == end(whole)) {
            return piece;
        }
        long skip = from - whole.getOffset();
        Extent.Builder part = Extent.newBuilder().setOffset(from).setLength((int) (to - from));
        if (whole.getSourceCase() == Extent.SourceCase.CHUNK) {
            part.setChunk(whole.getChunk().toBuilder()
                    .setChunkOffset((int) (whole.getChunk().getChunkOffset() + skip)));
        } else {
            part.setInline(whole.getInline().substring((int) skip, (int) (skip + to - from)));
        }
        return piece.toBuilder().setExtent(part).build();
    }

    /** The extents that overlap [from, to), in order, and on demand the one that begins at {@code to}. */
    private List<ExtentRecord> reaching(long from, long to, boolean andNext) {
        if (file.getExtents() == 0) {
            // A new file has none; asking the store would be most of what its first commit costs.
            return List.of();
        }
        List<ExtentRecord> found = new ArrayList<>();
        state.changes().scan(Keys.extents(inode), Keys.extent(inode, from + 1), (key, value) -> {
            ExtentRecord piece = Records.parse(ExtentRecord.parser(), value);
            long start = piece.getExtent().getOffset();
            if (start < to || (andNext && start == to)) {
                found.add(piece);
            }
            long end = Keys.lastLong(key);
            return end < to || (andNext && end == to);
        });
        return found;
    }

    private void cut(List<ExtentRecord> near, long from, long to) {
        for (ExtentRecord piece : near) {
            long start = piece.getExtent().getOffset();
            long end = end(piece.getExtent());
            if (start >= to) {
                continue;
            }
            // Before they go, with the piece.
            ExtentRecord whole = start < from || end > to ? withBytes(piece) : piece;
            remove(piece);
            if (start < from) {
                store(slice(whole, start, from));
            }
            if (end > to) {
                store(slice(whole, to, end));
            }
        }
    }

    private ExtentRecord joinAfter(ExtentRecord piece, List<ExtentRecord> near) {
        if (near.isEmpty()) {
            return piece;
        }
        ExtentRecord next = near.get(near.size() - 1);
        if (next.getExtent().getOffset() != end(piece.getExtent()) || !joins(piece.getExtent(), next.getExtent())) {
            return piece;
        }
        ExtentRecord joined = join(piece, withBytes(next));
        remove(next);
        return joined;
    }

    private ExtentRecord joinBefore(ExtentRecord piece) {
        if (file.getExtents() == 0) {
            return piece;
        }
        byte[] key = Keys.extent(inode, piece.getExtent().getOffset());
        return state.changes()
                .get(key)
                .map(value -> Records.parse(ExtentRecord.parser(), value))
                .filter(before -> joins(before.getExtent(), piece.getExtent()))
                .map(before -> {
                    ExtentRecord joined = join(withBytes(before), piece);
                    remove(before);
                    return joined;
                })
                .orElse(piece);
    }

    /** Whether there is any neighbour that this one could become one with. */
    private static boolean mayJoin(Extent extent) {
        return switch (extent.getSourceCase()) {
            case CHUNK -> true;
            case INLINE -> Integer.toUnsignedLong(extent.getLength()) < Limits.INLINE_MERGE_BYTES_MAX;
            case HOLE, SOURCE_NOT_SET -> false;
        };
    }

    private static boolean joins(Extent first, Extent second) {
        if (first.getSourceCase() != second.getSourceCase()) {
            return false;
        }
        long length = Integer.toUnsignedLong(first.getLength()) + Integer.toUnsignedLong(second.getLength());
        if (first.getSourceCase() == Extent.SourceCase.INLINE) {
            return length <= Limits.INLINE_MERGE_BYTES_MAX;
        }
        ChunkSlice left = first.getChunk();
        ChunkSlice right = second.getChunk();
        return length <= Limits.EXTENT_BYTES_MAX
                && left.getChunkId() == right.getChunkId()
                && left.getChunkOffset() + first.getLength() == right.getChunkOffset();
    }

    private static ExtentRecord join(ExtentRecord first, ExtentRecord second) {
        Extent.Builder whole = first.getExtent().toBuilder()
                .setLength(first.getExtent().getLength() + second.getExtent().getLength());
        if (whole.getSourceCase() == Extent.SourceCase.INLINE) {
            ByteString bytes =
                    first.getExtent().getInline().concat(second.getExtent().getInline());
            whole.setInline(bytes);
        }
        return ExtentRecord.newBuilder()
                .setExtent(whole)
                .setVersion(Math.max(first.getVersion(), second.getVersion()))
                .build();
    }

    private ExtentRecord withBytes(ExtentRecord piece) {
        return InlineBytes.with(state.changes()::get, inode, piece);
    }

    private void store(ExtentRecord piece) {
        Extent extent = piece.getExtent();
        ExtentRecord stored = piece;
        if (InlineBytes.belongApart(extent, file.getExtents())) {
            state.changes()
                    .put(
                            Keys.inlineBytes(inode, end(extent)),
                            extent.getInline().toByteArray());
            stored = InlineBytes.without(piece);
        }
        state.changes().put(Keys.extent(inode, end(extent)), stored.toByteArray());
        account(extent, 1);
    }

    private void remove(ExtentRecord piece) {
        Extent extent = piece.getExtent();
        if (InlineBytes.areApart(piece)) {
            state.changes().delete(Keys.inlineBytes(inode, end(extent)));
        }
        state.changes().delete(Keys.extent(inode, end(extent)));
        account(extent, -1);
    }

    private void account(Extent extent, int sign) {
        long bytes = sign * Integer.toUnsignedLong(extent.getLength());
        file.setExtents(file.getExtents() + sign);
        file.getAttributesBuilder()
                .setAllocatedBytes(file.getAttributesBuilder().getAllocatedBytes() + bytes);
        if (extent.getSourceCase() == Extent.SourceCase.INLINE) {
            file.setInlineExtents(file.getInlineExtents() + sign).setInlineBytes(file.getInlineBytes() + bytes);
        } else {
            state.chunks().addLive(extent.getChunk().getChunkId(), inode, bytes);
        }
    }
}
