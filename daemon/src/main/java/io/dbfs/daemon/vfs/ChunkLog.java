package io.dbfs.daemon.vfs;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What will be one chunk: written bytes in the order they came, wherever in the file they belong. Its bytes are guarded
 * by the file's lock; those below {@link #frozen} never change again and may be sent without it.
 */
final class ChunkLog {
    private final int capacity;
    private final int firstSegmentBytes;
    /** An array, so that the frozen part may be read while the rest grows. */
    private final ByteBuffer[] segments;

    private int segmentCount;
    private int length;
    private volatile int frozen;
    private volatile boolean complete;
    private boolean released;

    /** The way of this chunk to its chain. */
    final ChunkDelivery delivery;

    /**
     * @param capacity largest length in bytes, a multiple of 64 KiB
     * @param firstSegmentBytes size of the first buffer
     */
    ChunkLog(int capacity, int firstSegmentBytes, ChunkSender sender) {
        this.capacity = capacity;
        this.firstSegmentBytes = firstSegmentBytes;
        this.segments = new ByteBuffer[2 + capacity / SegmentPool.LARGE_BYTES];
        this.delivery = new ChunkDelivery(this, sender);
    }

    int length() {
        return length;
    }

    int room() {
        return capacity - length;
    }

    /** Bytes of the pool that {@code bytes} more would take; at most {@link #room} fit. */
    int required(int bytes) {
        int missing = Math.min(bytes, room()) - (allocated() - length);
        return segmentBytes(missing, segmentCount == 0 ? firstSegmentBytes : SegmentPool.LARGE_BYTES);
    }

    /** Bytes of whole buffers that hold {@code bytes}, the first of this size. */
    static int segmentBytes(int bytes, int firstSegmentBytes) {
        if (bytes <= 0) {
            return 0;
        }
        int others = Math.max(0, bytes - firstSegmentBytes);
        int count = (others + SegmentPool.LARGE_BYTES - 1) / SegmentPool.LARGE_BYTES;
        return firstSegmentBytes + count * SegmentPool.LARGE_BYTES;
    }

    private int allocated() {
        return segmentCount == 0 ? 0 : firstSegmentBytes + (segmentCount - 1) * SegmentPool.LARGE_BYTES;
    }

    /** Takes as much of {@code source} as fits, out of what was reserved for it. Returns where it begins. */
    int append(ByteBuffer source, SegmentPool pool) {
        int start = length;
        int end = source.limit();
        source.limit(source.position() + Math.min(source.remaining(), room()));
        while (source.hasRemaining()) {
            if (length == allocated()) {
                segments[segmentCount] = pool.take(segmentCount == 0 ? firstSegmentBytes : SegmentPool.LARGE_BYTES);
                segmentCount++;
            }
            length += copyIn(length, source);
        }
        source.limit(end);
        return start;
    }

    /** Puts all of {@code source} over bytes that are not frozen. */
    void overwrite(int at, ByteBuffer source) {
        int position = at;
        while (source.hasRemaining()) {
            position += copyIn(position, source);
        }
    }

    private int copyIn(int at, ByteBuffer source) {
        int index = segmentOf(at);
        ByteBuffer segment = segments[index];
        int from = at - startOf(index);
        int count = Math.min(source.remaining(), segment.capacity() - from);
        segment.put(from, source, source.position(), count);
        source.position(source.position() + count);
        return count;
    }

    /** Fills {@code target} from {@code at} on. */
    void copyOut(int at, ByteBuffer target) {
        int position = at;
        while (target.hasRemaining()) {
            ByteBuffer part = part(position, position + target.remaining());
            position += part.remaining();
            target.put(part);
        }
    }

    /** The bytes from {@code from} on that lie in one buffer, up to {@code to}. */
    ByteBuffer part(int from, int to) {
        int index = segmentOf(from);
        ByteBuffer segment = segments[index];
        int start = from - startOf(index);
        return segment.slice(start, Math.min(to - from, segment.capacity() - start));
    }

    private int segmentOf(int at) {
        return at < firstSegmentBytes ? 0 : 1 + (at - firstSegmentBytes) / SegmentPool.LARGE_BYTES;
    }

    private int startOf(int index) {
        return index == 0 ? 0 : firstSegmentBytes + (index - 1) * SegmentPool.LARGE_BYTES;
    }

    /** Whole buffers are frozen: they are ready to be sent. Returns up to where. */
    int freezeComplete() {
        if (length == capacity) {
            frozen = length;
        } else if (length >= firstSegmentBytes) {
            frozen = Math.max(frozen, startOf(segmentOf(length)));
        }
        return frozen;
    }

    /** Nothing will be appended or overwritten any more. */
    void freeze() {
        frozen = length;
        complete = true;
    }

    /** How long the chunk will be at most: once nothing is added any more, as long as it is. */
    int lengthMax() {
        return complete ? frozen : capacity;
    }

    boolean isFull() {
        return frozen == capacity;
    }

    int frozen() {
        return frozen;
    }

    /** The bytes are gone from memory: they are in the stored chunk, or given up. */
    void release(SegmentPool pool) {
        if (!released) {
            released = true;
            for (int i = 0; i < segmentCount; i++) {
                pool.giveBack(segments[i]);
            }
            Arrays.fill(segments, null);
        }
    }

    boolean isReleased() {
        return released;
    }
}
