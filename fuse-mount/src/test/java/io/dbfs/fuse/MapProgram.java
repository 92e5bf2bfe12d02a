package io.dbfs.fuse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A process that fills a file through a shared mapping and reads it back through another. It has to be one of its own: a
 * page fault on a mount that the same JVM serves could wait for itself.
 */
final class MapProgram {
    private MapProgram() {}

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer written = channel.map(MapMode.READ_WRITE, 0, channel.size());
            fill(written);
            written.force();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MappedByteBuffer read = channel.map(MapMode.READ_ONLY, 0, channel.size());
            ByteBuffer expected = ByteBuffer.allocate(read.capacity());
            fill(expected);
            if (!read.equals(expected.rewind())) {
                System.exit(1);
            }
        }
    }

    static Process start(Path file) throws IOException {
        return MountProgram.java(MapProgram.class, file).start();
    }

    /** Every byte depends on its place. */
    static void fill(ByteBuffer target) {
        for (int i = 0; i < target.capacity(); i++) {
            target.put(i, (byte) (i * 31 + i / 4096));
        }
    }
}
