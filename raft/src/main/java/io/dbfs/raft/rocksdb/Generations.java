package io.dbfs.raft.rocksdb;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The databases a store has had, one folder each: a restored one gets the next number, and the one with the highest
 * number is the store. So a restore takes effect by one rename, and whoever reads the old one may finish.
 */
final class Generations {
    private static final String PREFIX = "state-";
    private static final String UNFINISHED = ".unfinished";

    private final Path root;

    Generations(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(root);
    }

    /** The store's database, a folder to be made for a new store; removes all others. */
    Path openNewest() throws IOException {
        List<Path> finished;
        try (Stream<Path> children = Files.list(root)) {
            finished = children.filter(child -> number(child) > 0)
                    .sorted(Comparator.comparingLong(Generations::number))
                    .toList();
        }
        Path newest = finished.isEmpty() ? root.resolve(PREFIX + 1) : finished.get(finished.size() - 1);
        try (Stream<Path> children = Files.list(root)) {
            for (Path child : children.toList()) {
                if (child.getFileName().toString().startsWith(PREFIX) && !child.equals(newest)) {
                    remove(child);
                }
            }
        }
        return newest;
    }

    /** Copies a checkpoint into the generation after {@code current}; durable when this returns. */
    Path adopt(Path checkpoint, Path current) throws IOException {
        Path next = root.resolve(PREFIX + (number(current) + 1));
        Path unfinished = root.resolve(next.getFileName() + UNFINISHED);
        remove(unfinished);
        Files.createDirectory(unfinished);
        try (Stream<Path> files = Files.list(checkpoint)) {
            for (Path file : files.toList()) {
                Path copy = unfinished.resolve(file.getFileName());
                Files.copy(file, copy);
                sync(copy);
            }
        }
        sync(unfinished);
        Files.move(unfinished, next, StandardCopyOption.ATOMIC_MOVE);
        sync(root);
        return next;
    }

    static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** The number of a finished generation, 0 for any other file. */
    private static long number(Path directory) {
        String name = directory.getFileName().toString();
        boolean finished = name.matches(PREFIX + "[1-9][0-9]{0,17}");
        return finished ? Long.parseLong(name.substring(PREFIX.length())) : 0;
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
