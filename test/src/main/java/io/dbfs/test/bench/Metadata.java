package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/** Operations on empty files of one directory. Each returns operations per second. */
final class Metadata {
    private Metadata() {}

    static double create(Path directory, int count) throws IOException {
        return Pace.all(count, i -> Files.createFile(before(directory, i)));
    }

    static double stat(Path directory, int count) throws IOException {
        return Pace.all(count, i -> Files.readAttributes(before(directory, i), BasicFileAttributes.class));
    }

    /** Lists names; returns entries per second. */
    static double list(Path directory) throws IOException {
        long start = System.nanoTime();
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.count() / Pace.seconds(start);
        }
    }

    static double rename(Path directory, int count) throws IOException {
        return Pace.all(
                count, i -> Files.move(before(directory, i), after(directory, i), StandardCopyOption.ATOMIC_MOVE));
    }

    static double unlink(Path directory, int count) throws IOException {
        return Pace.all(count, i -> Files.delete(after(directory, i)));
    }

    private static Path before(Path directory, int index) {
        return directory.resolve("before-" + index);
    }

    private static Path after(Path directory, int index) {
        return directory.resolve("after-" + index);
    }
}
