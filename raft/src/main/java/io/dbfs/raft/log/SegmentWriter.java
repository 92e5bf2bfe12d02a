package io.dbfs.raft.log;

import io.dbfs.common.bulk.DirectIo;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to a segment, whole blocks at a time: the last one, where the next record will begin, is written again with it. What
 * is in it already does not change, so that no disk can tear it. Used by one thread at a time.
 */
final class SegmentWriter implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentWriter.class);
    private static final int BLOCK_BYTES = SegmentHeader.BYTES;

    private final FileChannel channel;
    /** Whether each write is durable when it returns. */
    private final boolean isSynchronous;

    private final ByteBuffer buffer;
    /** Where in the file the buffer begins. */
    private long bufferOffset = SegmentHeader.BYTES;

    private boolean isWritten = true;

    private SegmentWriter(FileChannel channel, boolean isSynchronous, ByteBuffer buffer) {
        this.channel = channel;
        this.isSynchronous = isSynchronous;
        this.buffer = buffer.clear();
    }

    /**
     * Appends to a segment that has no record yet.
     *
     * @param buffer of {@link #buffer}, which nobody else uses meanwhile
     */
    static SegmentWriter open(Segment segment, ByteBuffer buffer) throws IOException {
        Path path = segment.path();
        Optional<FileChannel> direct = DirectIo.open(path, StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
        if (direct.isPresent()) {
            try {
                // The header is there already: a filesystem that only seems to do this says so now.
                WholeBuffers.write(
                        direct.get(),
                        0,
                        buffer.clear().put(segment.header().encode()).flip());
                return new SegmentWriter(direct.get(), true, buffer);
            } catch (IOException e) {
                LOG.debug("{} cannot be written past the page cache: {}", path, e.toString());
                direct.get().close();
            }
        }
        return new SegmentWriter(FileChannel.open(path, StandardOpenOption.WRITE), false, buffer);
    }

    /** What batches are gathered in. */
    static ByteBuffer buffer(int bytes) {
        return DirectIo.allocate(bytes, 1).get(0);
    }

    /** Where the next record begins. */
    long end() {
        return bufferOffset + buffer.position();
    }

    /** Adds bytes; they may or may not be in the file before {@link #sync}. */
    void put(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                write();
            }
            int part = Math.min(bytes.remaining(), buffer.remaining());
            buffer.put(bytes.slice(bytes.position(), part));
            bytes.position(bytes.position() + part);
            isWritten = false;
        }
    }

    /** Makes all that was added durable. */
    void sync() throws IOException {
        if (isWritten) {
            return;
        }
        write();
        isWritten = true;
        if (!isSynchronous) {
            channel.force(false);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void write() throws IOException {
        int filled = buffer.position();
        while (buffer.position() % BLOCK_BYTES != 0) {
            buffer.put((byte) 0);
        }
        WholeBuffers.write(channel, bufferOffset, buffer.flip());
        int begun = filled % BLOCK_BYTES;
        buffer.clear();
        buffer.put(0, buffer, filled - begun, begun).position(begun);
        bufferOffset += filled - begun;
    }
}
