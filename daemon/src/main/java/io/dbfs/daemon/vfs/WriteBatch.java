package io.dbfs.daemon.vfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Writes to one file that become one commit. Guarded by the file's lock, except what says otherwise. */
final class WriteBatch {
    /** A commit holds at most about twice as many extents. */
    private static final int WRITES_MAX = 8_192;
    /** Until a log is this long nothing of it is sent: it may fit inline, or be overwritten in place. */
    static final int SENT_FROM_BYTES = SegmentPool.SMALL_BYTES + SegmentPool.LARGE_BYTES;

    /** Where the writes belong: at their offsets, or at the end of the file when the commit is applied. */
    enum Kind {
        POSITIONED,
        APPENDED
    }

    private final Kind kind;
    private final ChunkSender sender;
    private final List<ChunkLog> logs = new ArrayList<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final long begunNanos;
    private long start;
    private long bytes;
    private long minSize;
    private long timeNanos;
    private OptionalLong setMtimeNanos = OptionalLong.empty();
    private OptionalLong setAtimeNanos = OptionalLong.empty();
    private int writes;
    private boolean closed;

    /**
     * @param start the file's size when an appended batch begins
     * @param begunNanos when it began, by the monotonic clock
     * @param timeNanos the same moment, since the epoch
     */
    WriteBatch(Kind kind, long start, long begunNanos, long timeNanos, ChunkSender sender) {
        this.kind = kind;
        this.start = start;
        this.begunNanos = begunNanos;
        this.timeNanos = timeNanos;
        this.sender = sender;
    }

    Kind kind() {
        return kind;
    }

    long begunNanos() {
        return begunNanos;
    }

    /** Where an appended batch begins as far as this mount knows. */
    long start() {
        return start;
    }

    /** Another mount's append came first. */
    void move(long delta) {
        start += delta;
    }

    /** All bytes that were written, also those written over since. */
    long bytes() {
        return bytes;
    }

    List<ChunkLog> logs() {
        return logs;
    }

    boolean isFull(long bytesMax) {
        return bytes >= bytesMax || writes >= WRITES_MAX;
    }

    /**
     * What was given up.
     *
     * @param offset where the first byte of it belonged; Long.MAX_VALUE where all was written over since
     */
    record Lost(List<ChunkLog> logs, long offset) {}

    /** Takes no more writes. Any thread may ask for {@link #isClosed} under the lock. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** Completes when the batch is committed or given up. */
    CompletableFuture<Void> done() {
        return done;
    }

    /** Bytes of the pool that {@code count} more bytes would take, in chunks of this size. */
    int required(int count, int chunkSizeBytes) {
        int required = 0;
        int rest = count;
        int first = SegmentPool.SMALL_BYTES;
        if (!logs.isEmpty()) {
            required = last().required(count);
            rest = Math.max(0, count - last().room());
            first = SegmentPool.LARGE_BYTES;
        }
        while (rest > 0) {
            int taken = Math.min(rest, chunkSizeBytes);
            required += ChunkLog.segmentBytes(taken, first);
            rest -= taken;
            first = SegmentPool.LARGE_BYTES;
        }
        return required;
    }

    private ChunkLog last() {
        return logs.get(logs.size() - 1);
    }

    /** The log that may still be overwritten, if {@code log} is. */
    boolean mayOverwrite(ChunkLog log, int at) {
        return !closed && kind == Kind.POSITIONED && at >= log.frozen() && logs.contains(log);
    }

    /** Takes all of {@code source}, out of what was reserved, and tells where each part of it lies. New chunks are of this size. */
    void append(long offset, ByteBuffer source, int chunkSizeBytes, SegmentPool pool, RangeMap overlay) {
        long position = offset;
        while (source.hasRemaining()) {
            if (logs.isEmpty() || last().room() == 0) {
                int first = logs.isEmpty() ? SegmentPool.SMALL_BYTES : SegmentPool.LARGE_BYTES;
                logs.add(new ChunkLog(chunkSizeBytes, first, sender));
            }
            int count = Math.min(source.remaining(), last().room());
            int from = last().append(source, pool);
            overlay.put(position, count, new Source.Logged(last(), from));
            position += count;
            bytes += count;
        }
        writes++;
    }

    /**
     * No node has room for {@code from}: it and what was written after it is given up.
     *
     * @return what was given up, whose memory is to be freed; nothing where this was done before
     */
    Lost cutAt(ChunkLog from, RangeMap overlay) {
        int index = logs.indexOf(from);
        if (index < 0) {
            return new Lost(List.of(), Long.MAX_VALUE);
        }
        List<ChunkLog> tail = logs.subList(index, logs.size());
        List<ChunkLog> lost = List.copyOf(tail);
        tail.clear();
        Predicate<Source> given = source -> source instanceof Source.Logged logged && lost.contains(logged.log());
        long offset =
                overlay.select(given).stream().mapToLong(Piece::offset).min().orElse(Long.MAX_VALUE);
        overlay.removeIf(given);
        lost.forEach(log -> bytes -= log.length());
        minSize = 0;
        overlay.select(BatchExtents.of(this)).forEach(piece -> minSize = Math.max(minSize, piece.end()));
        return new Lost(lost, offset);
    }

    /** The file is not to reach beyond {@code size} by this. */
    void endAt(long size) {
        minSize = Math.min(minSize, size);
    }

    /** The file was written up to {@code end} at {@code now}, in nanoseconds since the epoch. */
    void wrote(long end, long now) {
        minSize = Math.max(minSize, end);
        timeNanos = now;
        setMtimeNanos = OptionalLong.empty();
    }

    /** The program sets the file's times itself, after what it wrote. */
    void setTimes(OptionalLong atimeNanos, OptionalLong mtimeNanos, long now) {
        timeNanos = now;
        if (atimeNanos.isPresent()) {
            setAtimeNanos = atimeNanos;
        }
        if (mtimeNanos.isPresent()) {
            setMtimeNanos = mtimeNanos;
        }
    }

    /** The file was cut to {@code size} at {@code now}. */
    void truncated(long size, long now) {
        minSize = Math.min(minSize, size);
        timeNanos = now;
        setMtimeNanos = OptionalLong.empty();
    }

    long minSize() {
        return minSize;
    }

    /** When the file last changed, in nanoseconds since the epoch. */
    long timeNanos() {
        return timeNanos;
    }

    OptionalLong setMtimeNanos() {
        return setMtimeNanos;
    }

    OptionalLong setAtimeNanos() {
        return setAtimeNanos;
    }

    /** Whether a log was or is being sent. */
    boolean isSent() {
        return logs.stream().anyMatch(log -> log.delivery.isStarted());
    }
}
