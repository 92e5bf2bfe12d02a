package io.dbfs.daemon.vfs;

import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.Extent;
import io.dbfs.proto.NodeAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What this mount knows of a file's extents at its cluster: the map of one version, over the ranges that were asked for.
 * Not thread-safe.
 */
final class CommittedMap {
    /** Beyond this, what is known is forgotten before more is learned. */
    private static final int PIECES_MAX = 200_000;
    /** Inline bytes kept; the cluster moves its own to chunks, and asking again finds them there. */
    private static final long INLINE_BYTES_MAX = 4 << 20;

    private final RangeMap map = new RangeMap();
    /** Ranges of the file that are known, by start, to their ends; they do not touch. */
    private final TreeMap<Long, Long> known = new TreeMap<>();

    private long version = -1;
    private long inlineBytes;

    /** Whether every byte of [start, end) is known as of {@code wanted}. */
    boolean knows(long wanted, long start, long end) {
        return knownTo(wanted, start) >= end;
    }

    /** Where, as of {@code wanted}, knowledge that covers {@code start} ends; {@code start} when nothing covers it. */
    long knownTo(long wanted, long start) {
        Map.Entry<Long, Long> range = version == wanted ? known.floorEntry(start) : null;
        return range == null ? start : Math.max(start, range.getValue());
    }

    /** A file that is empty, all of it known. */
    void reset(long newVersion) {
        forget();
        version = newVersion;
        know(0, Long.MAX_VALUE);
    }

    /** Nothing is known any more. */
    void forget() {
        map.clear();
        known.clear();
        version = -1;
        inlineBytes = 0;
    }

    /** Learns the map of [start, end) as the cluster told it, beside what is known of the same version. */
    void learn(long newVersion, long start, long end, Reply reply) {
        if (version != newVersion || isFull()) {
            forget();
            version = newVersion;
        }
        know(start, end);
        map.cut(start, end);
        reply.pieces(piece -> {
            if (piece.offset() < end && piece.end() > start) {
                put(piece.clip(start, end));
            }
        });
    }

    /**
     * This mount's own change made {@code newVersion}. Knowledge goes on when no other change came between; else it ends.
     */
    void apply(long newVersion, List<Piece> changes) {
        if (newVersion != version + 1 || isFull()) {
            forget();
            return;
        }
        version = newVersion;
        for (Piece change : changes) {
            know(change.offset(), change.end());
            put(change);
        }
    }

    /** This mount cut or stretched the file to {@code size}, which made {@code newVersion}. */
    void resize(long newVersion, long size) {
        if (newVersion != version + 1) {
            forget();
            return;
        }
        version = newVersion;
        map.cut(size, Long.MAX_VALUE);
        know(size, Long.MAX_VALUE);
    }

    private boolean isFull() {
        return map.count() > PIECES_MAX || inlineBytes > INLINE_BYTES_MAX;
    }

    private void put(Piece piece) {
        if (piece.source() instanceof Source.Inline) {
            // What a later piece covers is counted on: this only brings the next fresh start nearer.
            inlineBytes += piece.length();
        }
        map.put(piece.offset(), piece.length(), piece.source());
    }

    private void know(long start, long end) {
        long from = start;
        long to = end;
        Map.Entry<Long, Long> touching = known.floorEntry(to);
        while (touching != null && touching.getValue() >= from) {
            from = Math.min(from, touching.getKey());
            to = Math.max(to, touching.getValue());
            known.remove(touching.getKey());
            touching = known.floorEntry(to);
        }
        known.put(from, to);
    }

    /** Visits what is in [start, end), which must be known; gaps are holes. */
    void forEach(long start, long end, Consumer<Piece> visitor) {
        map.forEach(start, end, visitor);
    }

    /** As {@link RangeMap#spanAt}, of a position that is known; as far as is known. */
    SeekPlan.Span spanAt(long position) {
        return map.spanAt(position);
    }

    /** Extents as they come from the cluster. */
    record Reply(List<Extent> extents, List<ChunkInfo> chunks, List<NodeAddress> nodes) {
        private void pieces(Consumer<Piece> visitor) {
            Map<Long, Integer> lengths = new HashMap<>();
            chunks.forEach(chunk -> lengths.put(chunk.getId(), chunk.getLength()));
            Map<Long, Source.Stored> sources = new HashMap<>();
            for (ChunkPlacement chunk : Placements.of(chunks, nodes)) {
                long id = chunk.chunk().value();
                sources.put(id, new Source.Stored(chunk, lengths.getOrDefault(id, 0), 0));
            }
            for (Extent extent : extents) {
                visitor.accept(new Piece(
                        extent.getOffset(), Integer.toUnsignedLong(extent.getLength()), source(extent, sources)));
            }
        }

        private static Source source(Extent extent, Map<Long, Source.Stored> chunks) {
            return switch (extent.getSourceCase()) {
                case INLINE -> new Source.Inline(extent.getInline(), 0);
                case CHUNK -> {
                    Source.Stored chunk = chunks.get(extent.getChunk().getChunkId());
                    yield chunk == null
                            ? Source.Lost.INSTANCE
                            : chunk.skip(extent.getChunk().getChunkOffset());
                }
                case HOLE, SOURCE_NOT_SET -> Source.Hole.INSTANCE;
            };
        }
    }

    /** Last extent's end in a reply that is not the whole map: known up to there. */
    static long endOf(List<Extent> extents) {
        if (extents.isEmpty()) {
            return 0;
        }
        Extent last = extents.get(extents.size() - 1);
        return last.getOffset() + Integer.toUnsignedLong(last.getLength());
    }
}
