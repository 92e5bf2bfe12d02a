package io.dbfs.daemon.vfs;

import io.dbfs.common.ChunkId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.daemon.chunk.Replica;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.Extent;
import io.dbfs.proto.NodeAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What this mount knows of a file's extents at its cluster: the map of one version, over one range of the file. Not
 * thread-safe.
 */
final class CommittedMap {
    /** Beyond this, what is known is forgotten before more is learned. */
    private static final int PIECES_MAX = 200_000;
    /** Inline bytes kept; the cluster moves its own to chunks, and asking again finds them there. */
    private static final long INLINE_BYTES_MAX = 1 << 20;

    private final RangeMap map = new RangeMap();
    private long version = -1;
    private long from;
    private long to;
    private long inlineBytes;

    /** Whether every byte of [start, end) is known as of {@code wanted}. */
    boolean knows(long wanted, long start, long end) {
        return version == wanted && from <= start && end <= to;
    }

    /** Where, as of {@code wanted}, knowledge that covers {@code start} ends; {@code start} when nothing covers it. */
    long knownTo(long wanted, long start) {
        return version == wanted && from <= start ? Math.max(start, to) : start;
    }

    /** A file that is empty, all of it known. */
    void reset(long newVersion) {
        forget();
        version = newVersion;
        from = 0;
        to = Long.MAX_VALUE;
    }

    /** Nothing is known any more. */
    void forget() {
        map.clear();
        version = -1;
        from = 0;
        to = 0;
        inlineBytes = 0;
    }

    /** Learns the map of [start, end) as the cluster told it; keeps what is known of the same version and adjoins. */
    void learn(long newVersion, long start, long end, Reply reply) {
        boolean adjoins = version == newVersion && from <= start && start <= to && map.count() < PIECES_MAX;
        if (!adjoins) {
            reset(newVersion);
            from = start;
            to = end;
        }
        to = Math.max(to, end);
        reply.pieces(piece -> {
            long pieceEnd = Math.min(piece.end(), to);
            if (piece.offset() < pieceEnd) {
                Piece known = piece.clip(from, pieceEnd);
                map.put(known.offset(), known.length(), known.source());
            }
        });
    }

    /**
     * This mount's own change made {@code newVersion}. Knowledge goes on when no other change came between; else it ends.
     */
    void apply(long newVersion, List<Piece> changes) {
        if (newVersion != version + 1) {
            forget();
            return;
        }
        version = newVersion;
        for (Piece change : changes) {
            if (change.source() instanceof Source.Inline) {
                inlineBytes += change.length();
            }
            if (change.offset() < to && change.end() > from) {
                Piece known = change.clip(from, to);
                map.put(known.offset(), known.length(), known.source());
            }
        }
        if (inlineBytes > INLINE_BYTES_MAX || map.count() > PIECES_MAX) {
            forget();
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
    }

    /** Visits what is in [start, end), which must be known; gaps are holes. */
    void forEach(long start, long end, Consumer<Piece> visitor) {
        map.forEach(start, end, visitor);
    }

    /** Extents as they come from the cluster. */
    record Reply(List<Extent> extents, List<ChunkInfo> chunks, List<NodeAddress> nodes) {
        private void pieces(Consumer<Piece> visitor) {
            Map<Integer, Replica> replicas = new HashMap<>();
            nodes.forEach(node -> replicas.put(node.getNodeId(), Replica.of(node)));
            Map<Long, Source.Stored> sources = new HashMap<>();
            for (ChunkInfo chunk : chunks) {
                List<Replica> holders = chunk.getReplicasList().stream()
                        .map(replicas::get)
                        .filter(Objects::nonNull)
                        .toList();
                if (!holders.isEmpty()) {
                    ChunkPlacement placement = new ChunkPlacement(new ChunkId(chunk.getId()), holders);
                    sources.put(chunk.getId(), new Source.Stored(placement, chunk.getLength(), 0));
                }
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
