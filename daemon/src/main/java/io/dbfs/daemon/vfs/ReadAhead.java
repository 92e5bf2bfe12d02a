package io.dbfs.daemon.vfs;

import io.dbfs.common.ChunkId;
import io.dbfs.common.FsException;
import io.dbfs.daemon.chunk.ChunkTransport;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one handle that reads in sequence will want next, fetched before it asks. Works on chunks, which never change:
 * what was fetched stays right whatever happens to the file. Thread-safe.
 */
final class ReadAhead {
    /** Fetched at once. */
    static final int UNIT_BYTES = 1 << 20;

    private static final long WINDOW_FIRST_BYTES = 2 << 20;
    private static final long WINDOW_MAX_BYTES = 32 << 20;
    /** The kernel sends the requests of one stream from several threads: this much out of order is in sequence. */
    private static final long DISORDER_BYTES = 8 << 20;
    /** Shorter extents are not worth a unit; the block cache serves them. */
    private static final int PIECE_BYTES_MIN = BlockCache.BLOCK_BYTES;

    private final ChunkTransport transport;
    private final BufferPool pool;
    private final Map<Key, Unit> units = new HashMap<>();
    private long expected;
    private long window;
    private long scheduledTo;
    private boolean closed;

    private record Key(ChunkId chunk, int index) {}

    /** A part of a chunk, [from, to), that belongs at {@code fileOffset}. */
    private record Unit(SharedBuffer buffer, int from, int to, long fileOffset, CompletableFuture<Void> fetched) {}

    /** {@code pool} lends buffers of {@link #UNIT_BYTES}. */
    ReadAhead(ChunkTransport transport, BufferPool pool) {
        this.transport = transport;
        this.pool = pool;
    }

    /** The handle reads [offset, offset + length): fetches more when that is in sequence. */
    void advance(long offset, int length, FileView view) {
        long from;
        long to;
        synchronized (this) {
            boolean inSequence = Math.abs(offset - expected) <= DISORDER_BYTES && (offset != 0 || expected == 0);
            if (!inSequence) {
                window = 0;
                scheduledTo = 0;
                expected = offset + length;
                clear();
                return;
            }
            boolean first = expected == 0;
            expected = Math.max(expected, offset + length);
            if (first) {
                return;
            }
            if (scheduledTo - expected >= window / 2 && window > 0) {
                return;
            }
            window = window == 0 ? WINDOW_FIRST_BYTES : Math.min(2 * window, WINDOW_MAX_BYTES);
            from = Math.max(scheduledTo, expected);
            to = expected + window;
            scheduledTo = to;
            forgetBehind(expected - DISORDER_BYTES);
        }
        for (Piece piece : view.stored(from, to)) {
            schedule(piece);
        }
    }

    private synchronized void schedule(Piece piece) {
        if (closed || piece.length() < PIECE_BYTES_MIN || !(piece.source() instanceof Source.Stored source)) {
            return;
        }
        int end = source.from() + (int) piece.length();
        for (int index = source.from() / UNIT_BYTES; index * UNIT_BYTES < end; index++) {
            Key key = new Key(source.chunk().chunk(), index);
            int from = Math.max(source.from() / BlockCache.BLOCK_BYTES * BlockCache.BLOCK_BYTES, index * UNIT_BYTES);
            int to = Math.min(Math.min(end, source.chunkLength()), (index + 1) * UNIT_BYTES);
            Unit known = units.get(key);
            if (known != null && known.from() <= from && known.to() >= to) {
                continue;
            }
            SharedBuffer buffer = pool.poll();
            if (buffer == null || !buffer.retain()) {
                return;
            }
            CompletableFuture<Void> fetched = transport
                    .read(source.chunk(), from, buffer.slice(0, to - from))
                    .whenComplete((done, failure) -> buffer.release());
            Unit replaced = units.put(key, new Unit(buffer, from, to, piece.offset() + from - source.from(), fetched));
            if (replaced != null) {
                replaced.buffer().release();
            }
        }
    }

    private void forgetBehind(long offset) {
        for (Iterator<Unit> iterator = units.values().iterator(); iterator.hasNext(); ) {
            Unit unit = iterator.next();
            if (unit.fileOffset() + unit.to() - unit.from() <= offset) {
                iterator.remove();
                unit.buffer().release();
            }
        }
    }

    /** Puts what was fetched of the part into {@code target}; false when some of it was not. */
    boolean read(ReadPlan.Part part, ByteBuffer target) {
        int position = part.source().from();
        int end = position + part.length();
        while (position < end) {
            int index = position / UNIT_BYTES;
            int partEnd = Math.min(end, (index + 1) * UNIT_BYTES);
            Unit unit = hold(new Key(part.source().chunk().chunk(), index), position, partEnd);
            if (unit == null) {
                return false;
            }
            try {
                Fetch.await(unit.fetched());
                int at = target.position() + position - part.source().from();
                target.slice(at, partEnd - position)
                        .put(unit.buffer().slice(position - unit.from(), partEnd - position));
            } catch (FsException e) {
                // The read itself will try again and tell.
                return false;
            } finally {
                unit.buffer().release();
            }
            position = partEnd;
        }
        return true;
    }

    private synchronized @Nullable Unit hold(Key key, int from, int to) {
        Unit unit = units.get(key);
        return unit != null
                        && unit.from() <= from
                        && unit.to() >= to
                        && unit.buffer().retain()
                ? unit
                : null;
    }

    private void clear() {
        List.copyOf(units.values()).forEach(unit -> unit.buffer().release());
        units.clear();
    }

    /** The handle is closed. */
    synchronized void close() {
        closed = true;
        clear();
    }
}
