package io.dbfs.raft.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Records in a file, one after the other: length and kind (4 bytes each), index, term, and the last index that was durable when
 * it was written (8 each), CRC32C (4) of the salt, these and the bytes, then the bytes. The salt differs each time a file is
 * used, so that what is left of its former use is no record.
 */
final class RecordFormat {
    static final int HEADER_BYTES = 36;
    private static final int INDEX_OFFSET = 8;
    private static final int TERM_OFFSET = 16;
    private static final int DURABLE_OFFSET = 24;
    private static final int CRC_OFFSET = 32;

    private RecordFormat() {}

    static int bytes(LogRecord record) {
        return HEADER_BYTES + record.bytes().remaining();
    }

    /** @param durable index of the last record that was durable before this one's batch */
    static ByteBuffer header(long salt, LogRecord record, long durable) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                .putInt(record.bytes().remaining())
                .putInt(record.kind())
                .putLong(record.index())
                .putLong(record.term())
                .putLong(durable);
        return header.putInt(crc(salt, header.duplicate().flip(), record.bytes().duplicate()))
                .flip();
    }

    /** How long a record's bytes are that begins at the buffer's position, if it is one. */
    static int length(ByteBuffer header) {
        return header.getInt(header.position());
    }

    /** The index of a record that may be at a place. */
    static long index(ByteBuffer from, int place) {
        return from.getLong(place + INDEX_OFFSET);
    }

    /** Which index was durable before the batch of a record that may be at a place. */
    static long durable(ByteBuffer from, int place) {
        return from.getLong(place + DURABLE_OFFSET);
    }

    /** The record that is at the buffer's position; null for something else, or one that was torn or damaged. */
    static @Nullable LogRecord parse(long salt, ByteBuffer from) {
        int start = from.position();
        int length = from.getInt(start);
        if (length < 0 || length > from.remaining() - HEADER_BYTES) {
            return null;
        }
        ByteBuffer bytes = from.slice(start + HEADER_BYTES, length);
        int crc = crc(salt, from.slice(start, CRC_OFFSET), bytes.duplicate());
        if (crc != from.getInt(start + CRC_OFFSET)) {
            return null;
        }
        return new LogRecord(index(from, start), from.getLong(start + TERM_OFFSET), from.getInt(start + 4), bytes);
    }

    private static int crc(long salt, ByteBuffer header, ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(salt).flip());
        crc.update(header);
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
