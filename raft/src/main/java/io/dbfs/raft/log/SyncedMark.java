package io.dbfs.raft.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index of the last record that was synced, in a file beside the segments: records up to it were acknowledged, so one that
 * cannot be read below it is damaged and not torn. It is written after each sync, before the acknowledgement, and not synced
 * itself: the page cache keeps it when the process dies, and after a power cut it is at most old. So it is a lower bound, which
 * only a record cut from the log on purpose may fall below; the mark is then lowered first, durably. Used by one thread at a time.
 */
final class SyncedMark implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(SyncedMark.class);
    private static final String NAME = "synced";
    private static final int CRC_OFFSET = Long.BYTES;
    private static final int BYTES = CRC_OFFSET + Integer.BYTES;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    private long index;

    private SyncedMark(FileChannel channel, long index) {
        this.channel = channel;
        this.index = index;
    }

    /** Opens a log's mark; a log of an earlier version has none, which is a mark of 0. */
    static SyncedMark open(Path directory) throws IOException {
        Path path = directory.resolve(NAME);
        boolean isNew = Files.notExists(path);
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            SyncedMark mark = new SyncedMark(channel, read(channel, path));
            if (isNew) {
                // From here on a write changes nothing but bytes the file has already.
                mark.write(0);
                channel.force(true);
            }
            return mark;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Records up to this index were synced, if they were not cut off since. */
    long index() {
        return index;
    }

    /** Notes what was synced, before it is acknowledged. */
    void raise(long synced) throws IOException {
        if (synced > index) {
            write(synced);
        }
    }

    /** Takes the mark back, durably, before the records after {@code lastKept} are cut off. */
    void lower(long lastKept) throws IOException {
        if (lastKept < index) {
            write(lastKept);
            channel.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void write(long next) throws IOException {
        buffer.clear().putLong(next).putInt(crc(buffer));
        WholeBuffers.write(channel, 0, buffer.flip());
        index = next;
    }

    /** A mark that cannot be read says nothing about the records, which say most of it themselves. */
    private static long read(FileChannel channel, Path path) throws IOException {
        ByteBuffer bytes = WholeBuffers.read(channel, 0, ByteBuffer.allocate(BYTES));
        if (bytes.remaining() == 0) {
            return 0;
        }
        if (bytes.remaining() < BYTES || bytes.getInt(CRC_OFFSET) != crc(bytes) || bytes.getLong(0) < 0) {
            LOG.warn("{} is damaged, and begins anew: damage of the log's last record would not be found", path);
            return 0;
        }
        return bytes.getLong(0);
    }

    private static int crc(ByteBuffer mark) {
        CRC32C crc = new CRC32C();
        crc.update(mark.slice(0, CRC_OFFSET));
        return (int) crc.getValue();
    }
}
