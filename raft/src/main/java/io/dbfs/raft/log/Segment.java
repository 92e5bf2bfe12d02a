package io.dbfs.raft.log;

import io.dbfs.raft.DamagedStorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A file of records, and where each is in it. The log's lock guards it. */
final class Segment implements Closeable {
    private static final int OFFSETS_INITIAL = 1024;
    private static final int SCAN_BYTES = 1 << 20;
    /** How far behind a record that cannot be read a later batch begins, unless one of them is longer than most. */
    private static final int TORN_BYTES_MAX = 1 << 20;

    private static final long INDEXES_OF_SEGMENT_MAX = SegmentFiles.CAPACITY_BYTES / RecordFormat.HEADER_BYTES;

    private final Path path;
    private final SegmentHeader header;
    /** Where each record begins, and after the last where the next one would. */
    private int[] offsets = new int[OFFSETS_INITIAL];

    private int count;
    private @Nullable FileChannel channel;

    Segment(Path path, SegmentHeader header) {
        this.path = path;
        this.header = header;
        offsets[0] = SegmentHeader.BYTES;
    }

    /**
     * Opens a segment and finds its records, which are those up to the first that is none.
     *
     * @param last index that ends it, because another segment begins after it
     * @param visitor is shown each record
     * @throws IOException when the file cannot be read or is no segment, or a record in it is damaged that was durable
     */
    static Segment open(Path path, long last, Consumer<LogRecord> visitor) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            Segment segment = new Segment(path, SegmentHeader.read(channel, path));
            segment.scan(channel, last, visitor);
            return segment;
        }
    }

    Path path() {
        return path;
    }

    SegmentHeader header() {
        return header;
    }

    long first() {
        return header.first();
    }

    /** Index of the last record; one less than {@link #first} where there is none. */
    long last() {
        return first() + count - 1;
    }

    /** What is wrong with a segment that should have more records. */
    DamagedStorageException damaged(String expectedLast) {
        return new DamagedStorageException(
                path,
                "it has records up to index " + last() + ", at offset " + offsets[count] + " (expected: " + expectedLast
                        + ")");
    }

    /** Makes what the page cache has of it durable: a process that died may have left records there. */
    void force() throws IOException {
        channel().force(false);
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Notes a record that was added. */
    void added(int bytes) {
        if (count + 1 == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * offsets.length);
        }
        offsets[count + 1] = offsets[count] + bytes;
        count++;
    }

    /** The same under another name. */
    Segment at(Path other) {
        Segment moved = new Segment(other, header);
        moved.offsets = offsets;
        moved.count = count;
        return moved;
    }

    /**
     * Reads one of its records.
     *
     * @throws IOException when the disk fails, or the record is damaged
     */
    LogRecord read(long index) throws IOException {
        int at = (int) (index - first());
        int size = offsets[at + 1] - offsets[at];
        ByteBuffer bytes = WholeBuffers.read(channel(), offsets[at], ByteBuffer.allocate(size));
        LogRecord record = bytes.remaining() < size ? null : RecordFormat.parse(header.salt(), bytes);
        if (record == null || record.index() != index) {
            throw new DamagedStorageException(path, "no record of index " + index + " at offset " + offsets[at]);
        }
        return record;
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }

    /** An interrupt of a reader closes it for all. */
    private synchronized FileChannel channel() throws IOException {
        if (channel == null || !channel.isOpen()) {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        }
        return channel;
    }

    private void scan(FileChannel from, long last, Consumer<LogRecord> visitor) throws IOException {
        ByteBuffer window = ByteBuffer.allocate(SCAN_BYTES).limit(0);
        long windowStart = SegmentHeader.BYTES;
        long term = 0;
        while (last() < last) {
            if (window.remaining() < RecordFormat.HEADER_BYTES
                    || RecordFormat.length(window) > window.remaining() - RecordFormat.HEADER_BYTES) {
                windowStart += window.position();
                window = fill(from, windowStart, window);
                if (window.remaining() < RecordFormat.HEADER_BYTES) {
                    return;
                }
            }
            LogRecord record = RecordFormat.parse(header.salt(), window);
            if (record == null || record.index() != last() + 1 || record.term() < term) {
                requireTorn(from, windowStart + window.position());
                return;
            }
            term = record.term();
            visitor.accept(record);
            int bytes = RecordFormat.bytes(record);
            window.position(window.position() + bytes);
            added(bytes);
        }
    }

    /**
     * What cannot be read is the end of the last batch, which a crash tore, if nothing was written after it. A record behind
     * it that knew it as durable tells of damage: to go on without it would lose what was acknowledged.
     */
    private void requireTorn(FileChannel from, long position) throws IOException {
        int length = (int) Math.min(TORN_BYTES_MAX, from.size() - position);
        ByteBuffer rest = WholeBuffers.read(from, position, ByteBuffer.allocate(length));
        long lost = last() + 1;
        for (int at = 0; at <= rest.limit() - RecordFormat.HEADER_BYTES; at++) {
            long index = RecordFormat.index(rest, at);
            if (index > lost
                    && index - lost < INDEXES_OF_SEGMENT_MAX
                    && RecordFormat.durable(rest, at) >= lost
                    && RecordFormat.parse(header.salt(), rest.duplicate().position(at)) != null) {
                throw damaged(index + " or later");
            }
        }
    }

    /** What a file has from a position on: as much as the window holds, or the record there needs if it is one. */
    private static ByteBuffer fill(FileChannel from, long position, ByteBuffer window) throws IOException {
        ByteBuffer filled = WholeBuffers.read(from, position, window.clear());
        if (filled.remaining() < RecordFormat.HEADER_BYTES) {
            return filled;
        }
        long needed = (long) RecordFormat.HEADER_BYTES + RecordFormat.length(filled);
        boolean fits = needed <= filled.capacity() || needed > from.size() - position;
        return fits ? filled : WholeBuffers.read(from, position, ByteBuffer.allocate((int) needed));
    }
}
