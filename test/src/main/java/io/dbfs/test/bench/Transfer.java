package io.dbfs.test.bench;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Whole files from memory to disk and back. What is read is compared with what was written. */
final class Transfer {
    static final int LARGE_REQUEST_BYTES = 1 << 20;
    private static final double MEGABYTE = 1e6;

    private Transfer() {}

    /** Writes a file in sequence, fsyncs and closes it; returns MB/s. */
    static double upload(Path file, long bytes, int requestBytes) throws IOException {
        ByteBuffer buffer = noise(requestBytes);
        long start = System.nanoTime();
        try (FileChannel channel = FileChannel.open(file, CREATE, TRUNCATE_EXISTING, WRITE)) {
            for (long at = 0; at < bytes; at += requestBytes) {
                buffer.putLong(0, mark(file, at));
                buffer.position(0).limit((int) Math.min(requestBytes, bytes - at));
                writeFully(channel, buffer);
            }
            channel.force(true);
        }
        return bytes / MEGABYTE / Pace.seconds(start);
    }

    /**
     * Reads such a file in sequence; returns MB/s.
     *
     * @throws IOException as well when what is read is not what was written
     */
    static double download(Path file, long bytes, int requestBytes) throws IOException {
        ByteBuffer expected = noise(requestBytes);
        ByteBuffer buffer = ByteBuffer.allocateDirect(requestBytes);
        long start = System.nanoTime();
        try (FileChannel channel = FileChannel.open(file, READ)) {
            for (long at = 0; at < bytes; at += requestBytes) {
                expected.putLong(0, mark(file, at));
                expected.position(0).limit((int) Math.min(requestBytes, bytes - at));
                buffer.clear().limit(expected.limit());
                readFully(channel, buffer, file, at);
                if (buffer.flip().mismatch(expected) >= 0) {
                    throw new IOException(file + ": reads other bytes than were written, from offset " + at);
                }
            }
        }
        return bytes / MEGABYTE / Pace.seconds(start);
    }

    /** Reads a file of any contents in sequence to its end; returns MB/s. */
    static double read(Path file, int requestBytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(requestBytes);
        long start = System.nanoTime();
        long bytes = 0;
        try (FileChannel channel = FileChannel.open(file, READ)) {
            for (int count = channel.read(buffer); count >= 0; count = channel.read(buffer.clear())) {
                bytes += count;
            }
        }
        return bytes / MEGABYTE / Pace.seconds(start);
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer, Path file, long at) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException(file + ": ends before offset " + (at + buffer.limit()));
            }
        }
    }

    /** Bytes that nothing can compress, the same at each call. */
    static ByteBuffer noise(int bytes) {
        byte[] noise = new byte[bytes];
        new SplittableRandom(bytes).nextBytes(noise);
        return ByteBuffer.allocateDirect(bytes).put(noise).flip();
    }

    /** Makes each request's bytes its own, so that a misplaced piece is seen. */
    private static long mark(Path file, long at) {
        return file.getFileName().hashCode() * 0x9E3779B97F4A7C15L + at;
    }
}
