package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes every process do a little of everything first: a JVM that has just started is ten times slower. */
final class WarmUp {
    private static final long FILE_BYTES = 256L << 20;
    /** By so many of each kind servers that have just started come near what they do after an hour. */
    private static final int OPERATIONS = 3_000;
    /** A mount that is started again runs among servers that are warm. */
    private static final int OPERATIONS_OF_MOUNT = 1_000;

    private WarmUp() {}

    /** Warms all up. Works in a directory of its own, which it removes. */
    static double run(Path parent) throws IOException {
        return run(parent, OPERATIONS);
    }

    /** Warms a mount up that has just started. */
    static void mount(Path parent) throws IOException {
        run(parent, OPERATIONS_OF_MOUNT);
    }

    private static double run(Path parent, int operations) throws IOException {
        long start = System.nanoTime();
        Path directory = Files.createDirectory(parent.resolve("warm-up"));
        Path file = directory.resolve("file");
        Transfer.upload(file, FILE_BYTES, Transfer.LARGE_REQUEST_BYTES);
        RandomAccess.overwriteAndSync(file, operations);
        Transfer.read(file, Transfer.LARGE_REQUEST_BYTES);
        RandomAccess.read(file, operations);
        SmallFiles.write(directory, operations);
        SmallFiles.read(directory, operations);
        Metadata.create(directory, operations);
        Metadata.stat(directory, operations);
        Metadata.list(directory);
        Metadata.rename(directory, operations);
        Metadata.unlink(directory, operations);
        Trees.empty(directory);
        Files.delete(directory);
        return 1 / Pace.seconds(start);
    }
}
