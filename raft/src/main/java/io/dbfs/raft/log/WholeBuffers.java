package io.dbfs.raft.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Transfers that do not end with a part of a buffer. */
final class WholeBuffers {
    private WholeBuffers() {}

    /** Fills a buffer from its position on with what a file has at an offset, and flips it: less only at the file's end. */
    static ByteBuffer read(FileChannel channel, long offset, ByteBuffer into) throws IOException {
        long next = offset;
        while (into.hasRemaining()) {
            int bytes = channel.read(into, next);
            if (bytes < 0) {
                break;
            }
            next += bytes;
        }
        return into.flip();
    }

    /** Writes what remains in a buffer. */
    static void write(FileChannel channel, long offset, ByteBuffer from) throws IOException {
        long next = offset;
        while (from.hasRemaining()) {
            next += channel.write(from, next);
        }
    }
}
