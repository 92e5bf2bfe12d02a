package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Path;

/** One file in many small requests: in sequence and at random, read and written. */
final class AccessExperiment implements Experiment {
    private static final int REQUEST_BYTES = 4096;

    private final long fileBytes;
    private final int operations;

    AccessExperiment(boolean quick) {
        fileBytes = quick ? 64L << 20 : 256L << 20;
        operations = quick ? 2_000 : 10_000;
    }

    @Override
    public void run(Comparison comparison) throws IOException {
        comparison.once(
                "sequential-write-4KiB",
                "write in sequence, 4 KiB requests, fsync",
                "MB/s",
                directory -> Transfer.upload(file(directory), fileBytes, REQUEST_BYTES));
        comparison.once(
                "overwrite-fsync",
                "overwrite 4 KiB at random, fsync each",
                "ops/s",
                directory -> RandomAccess.overwriteAndSync(file(directory), operations));
        comparison.once(
                "random-write-4KiB",
                "write 4 KiB at random, fsync at the end",
                "ops/s",
                directory -> RandomAccess.write(file(directory), operations));
        comparison.goCold();
        comparison.once(
                "random-read-4KiB-cold",
                "read 4 KiB at random, cold",
                "ops/s",
                directory -> RandomAccess.read(file(directory), operations));
        comparison.once(
                "sequential-read-4KiB",
                "read in sequence, 4 KiB requests",
                "MB/s",
                directory -> Transfer.read(file(directory), REQUEST_BYTES));
        comparison.once(
                "random-read-4KiB-warm",
                "read 4 KiB at random, read before",
                "ops/s",
                directory -> RandomAccess.read(file(directory), operations));
        comparison.unmeasured("removing", Trees::empty);
    }

    private static Path file(Path directory) {
        return directory.resolve("access");
    }
}
