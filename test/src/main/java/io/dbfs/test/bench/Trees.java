package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Removal of what was written. */
final class Trees {
    private Trees() {}

    /** Removes everything in a directory; returns how many entries a second. */
    static double empty(Path directory) throws IOException {
        long start = System.nanoTime();
        List<Path> entries;
        try (Stream<Path> tree = Files.walk(directory)) {
            entries = tree.filter(entry -> !entry.equals(directory))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path entry : entries) {
            Files.delete(entry);
        }
        return entries.size() / Pace.seconds(start);
    }
}
