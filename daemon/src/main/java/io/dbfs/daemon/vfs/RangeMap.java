package io.dbfs.daemon.vfs;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sorted ranges of a file that do not overlap: a later one cuts what it covers. Not thread-safe. */
final class RangeMap {
    private final TreeMap<Long, Piece> pieces = new TreeMap<>();

    /** Lays a range over what is there. */
    void put(long offset, long length, Source source) {
        cut(offset, offset + length);
        long start = offset;
        long end = offset + length;
        Source joined = source;
        Map.Entry<Long, Piece> before = pieces.lowerEntry(offset);
        if (before != null
                && before.getValue().end() == offset
                && source.continues(
                        before.getValue().source(), before.getValue().length())) {
            start = before.getKey();
            joined = before.getValue().source();
        }
        Piece after = pieces.get(end);
        if (after != null && after.source().continues(joined, end - start)) {
            pieces.remove(end);
            end = after.end();
        }
        pieces.put(start, new Piece(start, end - start, joined));
    }

    /** Nothing is in [from, to) afterwards. */
    void cut(long from, long to) {
        if (from >= to) {
            return;
        }
        Map.Entry<Long, Piece> first = pieces.lowerEntry(from);
        if (first != null && first.getValue().end() > from) {
            Piece piece = first.getValue();
            pieces.put(piece.offset(), piece.clip(piece.offset(), from));
            if (piece.end() > to) {
                pieces.put(to, piece.clip(to, piece.end()));
                return;
            }
        }
        Map.Entry<Long, Piece> next = pieces.ceilingEntry(from);
        while (next != null && next.getKey() < to) {
            pieces.remove(next.getKey());
            if (next.getValue().end() > to) {
                pieces.put(to, next.getValue().clip(to, next.getValue().end()));
                return;
            }
            next = pieces.higherEntry(next.getKey());
        }
    }

    /** Visits what is in [from, to), clipped to it, in order; what is not visited is not there. */
    void forEach(long from, long to, Consumer<Piece> visitor) {
        Map.Entry<Long, Piece> entry = pieces.floorEntry(from);
        if (entry == null || entry.getValue().end() <= from) {
            entry = pieces.higherEntry(from);
        }
        while (entry != null && entry.getKey() < to) {
            visitor.accept(entry.getValue().clip(from, to));
            entry = pieces.higherEntry(entry.getKey());
        }
    }

    /** The piece that covers all of [from, to), or null. */
    @Nullable
    Piece covering(long from, long to) {
        Map.Entry<Long, Piece> entry = pieces.floorEntry(from);
        return entry != null && entry.getValue().end() >= to ? entry.getValue() : null;
    }

    /** Whether there is data at a position (holes are not), and up to where at least it goes on like that. */
    SeekPlan.Span spanAt(long position) {
        Map.Entry<Long, Piece> entry = pieces.floorEntry(position);
        if (entry != null && entry.getValue().end() > position) {
            Piece piece = entry.getValue();
            return new SeekPlan.Span(!(piece.source() instanceof Source.Hole), piece.end());
        }
        Long next = pieces.higherKey(position);
        return new SeekPlan.Span(false, next == null ? Long.MAX_VALUE : next);
    }

    /** Every piece whose source satisfies {@code wanted}, in order. */
    List<Piece> select(Predicate<Source> wanted) {
        List<Piece> selected = new ArrayList<>();
        for (Piece piece : pieces.values()) {
            if (wanted.test(piece.source())) {
                selected.add(piece);
            }
        }
        return selected;
    }

    void removeIf(Predicate<Source> unwanted) {
        Iterator<Piece> iterator = pieces.values().iterator();
        while (iterator.hasNext()) {
            if (unwanted.test(iterator.next().source())) {
                iterator.remove();
            }
        }
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    int count() {
        return pieces.size();
    }

    /** Where the last range ends; 0 when there is none. */
    long end() {
        return pieces.isEmpty() ? 0 : pieces.lastEntry().getValue().end();
    }

    void clear() {
        pieces.clear();
    }
}
