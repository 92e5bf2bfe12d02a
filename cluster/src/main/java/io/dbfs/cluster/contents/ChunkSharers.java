package io.dbfs.cluster.contents;

import java.nio.ByteBuffer;

/**
 * Which files refer to a chunk beside its owner, and to how many of its bytes: clones share chunks. By this a chunk
 * whose owner goes finds another one.
 */
final class ChunkSharers {
    private final Changes changes;

    ChunkSharers(Changes changes) {
        this.changes = changes;
    }

    /** A file refers to so many bytes more (or fewer). */
    void add(long chunk, long inode, long bytes) {
        byte[] key = Keys.sharer(chunk, inode);
        long live = changes.get(key).map(ChunkSharers::liveBytes).orElse(0L) + bytes;
        if (live < 0) {
            throw new IllegalStateException("chunk " + Long.toHexString(chunk) + ": live bytes " + live + " of inode "
                    + Long.toUnsignedString(inode));
        }
        if (live == 0) {
            changes.delete(key);
        } else {
            changes.put(key, ByteBuffer.allocate(Long.BYTES).putLong(live).array());
        }
    }

    /** Takes the file with the lowest number off the list; there is one. */
    Sharer takeFirst(long chunk) {
        Sharer[] first = new Sharer[1];
        byte[] prefix = Keys.sharers(chunk);
        changes.scan(prefix, prefix, (key, value) -> {
            first[0] = new Sharer(Keys.lastLong(key), liveBytes(value));
            return false;
        });
        if (first[0] == null) {
            throw new IllegalStateException("chunk " + Long.toHexString(chunk) + ": live, but no file refers to it");
        }
        changes.delete(Keys.sharer(chunk, first[0].inode()));
        return first[0];
    }

    private static long liveBytes(byte[] value) {
        return ByteBuffer.wrap(value).getLong();
    }

    /** A file, and how many of the chunk's live bytes are its. */
    record Sharer(long inode, long liveBytes) {}
}
