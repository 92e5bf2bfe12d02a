package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes every process do a little of everything first: a JVM that has just started is ten times slower. */
final class WarmUp {
    private static final long FILE_BYTES = 256L << 20;
    private static final int OPERATIONS = 500;

    private WarmUp() {}

    /** Works in a directory of its own, which it removes. */
    static double run(Path parent) throws IOException {
        long start = System.nanoTime();
        Path directory = Files.createDirectory(parent.resolve("warm-up"));
        Path file = directory.resolve("file");
        Transfer.upload(file, FILE_BYTES, Transfer.LARGE_REQUEST_BYTES);
        RandomAccess.overwriteAndSync(file, OPERATIONS);
        Transfer.read(file, Transfer.LARGE_REQUEST_BYTES);
        RandomAccess.read(file, OPERATIONS);
        SmallFiles.write(directory, OPERATIONS);
        SmallFiles.read(directory, OPERATIONS);
        Metadata.create(directory, OPERATIONS);
        Metadata.stat(directory, OPERATIONS);
        Metadata.list(directory);
        Metadata.rename(directory, OPERATIONS);
        Metadata.unlink(directory, OPERATIONS);
        Trees.empty(directory);
        Files.delete(directory);
        return 1 / Pace.seconds(start);
    }
}
