package io.dbfs.fuse;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** A file's bytes in pages; what was never written is a hole. Guarded by its owner. */
final class MemoryContents {
    private static final int PAGE_BYTES = 4096;

    private final Map<Long, byte[]> pages = new TreeMap<>();
    private final boolean discarding;
    private long sizeBytes;

    /** With {@code discarding} the bytes are thrown away and read as zeros: the cost of the adapter is what remains. */
    MemoryContents(boolean discarding) {
        this.discarding = discarding;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    long allocatedBytes() {
        return (long) pages.size() * PAGE_BYTES;
    }

    int read(long offset, ByteBuffer target) {
        int length = (int) Math.max(0, Math.min(target.remaining(), sizeBytes - offset));
        if (discarding) {
            target.position(target.position() + length);
            return length;
        }
        for (int done = 0; done < length; ) {
            int inPage = (int) ((offset + done) % PAGE_BYTES);
            int count = Math.min(PAGE_BYTES - inPage, length - done);
            target.put(pages.getOrDefault((offset + done) / PAGE_BYTES, new byte[PAGE_BYTES]), inPage, count);
            done += count;
        }
        return length;
    }

    void write(long offset, ByteBuffer source) {
        long position = offset;
        while (!discarding && source.hasRemaining()) {
            int inPage = (int) (position % PAGE_BYTES);
            int count = Math.min(PAGE_BYTES - inPage, source.remaining());
            source.get(pages.computeIfAbsent(position / PAGE_BYTES, page -> new byte[PAGE_BYTES]), inPage, count);
            position += count;
        }
        sizeBytes = Math.max(sizeBytes, position + source.remaining());
    }

    void resize(long newSizeBytes) {
        if (newSizeBytes < sizeBytes) {
            cut(newSizeBytes);
        }
        sizeBytes = newSizeBytes;
    }

    private void cut(long end) {
        Iterator<Map.Entry<Long, byte[]>> entries = pages.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Long, byte[]> page = entries.next();
            long start = page.getKey() * PAGE_BYTES;
            if (start >= end) {
                entries.remove();
            } else if (start + PAGE_BYTES > end) {
                Arrays.fill(page.getValue(), (int) (end - start), PAGE_BYTES, (byte) 0);
            }
        }
    }

    /** The first offset from {@code offset} on that is data (or, the other way, that is a hole); the size if none is. */
    long seek(long offset, boolean data) {
        for (long position = offset; position < sizeBytes; position = (position / PAGE_BYTES + 1) * PAGE_BYTES) {
            if (pages.containsKey(position / PAGE_BYTES) == data) {
                return position;
            }
        }
        return sizeBytes;
    }
}
