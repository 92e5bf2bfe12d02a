package io.dbfs.test.bench;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Requests of 4 KiB at aligned random places of a file, the same places at each call. */
final class RandomAccess {
    private static final int REQUEST_BYTES = 4096;
    private static final long SEED = 20261122;

    private final FileChannel channel;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final ByteBuffer buffer = Transfer.noise(REQUEST_BYTES);
    private final long places;

    private RandomAccess(FileChannel channel) throws IOException {
        this.channel = channel;
        places = channel.size() / REQUEST_BYTES;
    }

    /** Reads; returns requests per second. */
    static double read(Path file, int requests) throws IOException {
        try (FileChannel channel = FileChannel.open(file, READ)) {
            RandomAccess access = new RandomAccess(channel);
            return Pace.most(requests, i -> access.readOne());
        }
    }

    /** Writes and fsyncs once at the end; returns requests per second. */
    static double write(Path file, int requests) throws IOException {
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            RandomAccess access = new RandomAccess(channel);
            return Pace.all(requests, i -> {
                access.writeOne();
                if (i == requests - 1) {
                    channel.force(true);
                }
            });
        }
    }

    /** Writes and fsyncs after each request; returns requests per second. */
    static double overwriteAndSync(Path file, int requests) throws IOException {
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            RandomAccess access = new RandomAccess(channel);
            return Pace.most(requests, i -> {
                access.writeOne();
                channel.force(false);
            });
        }
    }

    private void readOne() throws IOException {
        buffer.clear();
        if (channel.read(buffer, nextPlace()) != REQUEST_BYTES) {
            throw new IOException("short read");
        }
    }

    private void writeOne() throws IOException {
        buffer.clear();
        if (channel.write(buffer, nextPlace()) != REQUEST_BYTES) {
            throw new IOException("short write");
        }
    }

    private long nextPlace() {
        return random.nextLong(places) * REQUEST_BYTES;
    }
}
