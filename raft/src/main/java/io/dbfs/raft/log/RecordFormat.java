package io.dbfs.raft.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Records in a file, one after the other: length and kind (4 bytes each), index and term (8), CRC32C (4) of the salt, these and
 * the bytes, then the bytes. The salt differs each time a file is used, so that what is left of its former use is no record.
 */
final class RecordFormat {
    static final int HEADER_BYTES = 28;
    private static final int CRC_OFFSET = 24;

    private RecordFormat() {}

    static int bytes(LogRecord record) {
        return HEADER_BYTES + record.bytes().remaining();
    }

    static ByteBuffer header(long salt, LogRecord record) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                .putInt(record.bytes().remaining())
                .putInt(record.kind())
                .putLong(record.index())
                .putLong(record.term());
        return header.putInt(crc(salt, header.duplicate().flip(), record.bytes().duplicate()))
                .flip();
    }

    /** How long a record's bytes are that begins at the buffer's position, if it is one. */
    static int length(ByteBuffer header) {
        return header.getInt(header.position());
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
        return new LogRecord(from.getLong(start + 8), from.getLong(start + 16), from.getInt(start + 4), bytes);
    }

    private static int crc(long salt, ByteBuffer header, ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(salt).flip());
        crc.update(header);
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
