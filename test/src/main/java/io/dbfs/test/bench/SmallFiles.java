package io.dbfs.test.bench;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of 4 KiB. */
final class SmallFiles {
    private static final int FILE_BYTES = 4096;

    private SmallFiles() {}

    /** Creates, writes and closes so many files; returns files per second. */
    static double write(Path directory, int count) throws IOException {
        ByteBuffer contents = Transfer.noise(FILE_BYTES);
        return Pace.all(count, i -> {
            try (FileChannel channel = FileChannel.open(directory.resolve("small-" + i), CREATE_NEW, WRITE)) {
                channel.write(contents.clear());
            }
        });
    }

    /** Opens, reads and closes the files that {@link #write} made; returns files per second. */
    static double read(Path directory, int count) throws IOException {
        return Pace.all(count, i -> {
            Path file = directory.resolve("small-" + i);
            if (Files.readAllBytes(file).length != FILE_BYTES) {
                throw new IOException(file + ": not the size it was written with");
            }
        });
    }
}
