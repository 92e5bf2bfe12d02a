package io.dbfs.test.bench;

import java.io.IOException;

/** Small files from one process. */
final class SmallFilesExperiment implements Experiment {
    private final int files;

    SmallFilesExperiment(boolean quick) {
        files = quick ? 1_000 : 5_000;
    }

    @Override
    public void run(Comparison comparison) throws IOException {
        comparison.once(
                "small-files",
                "create, write, close files of 4 KiB",
                "files/s",
                directory -> SmallFiles.write(directory, files));
        comparison.goCold();
        comparison.once(
                "small-files-read",
                "open, read, close files of 4 KiB, cold",
                "files/s",
                directory -> SmallFiles.read(directory, files));
        comparison.unmeasured("removing", Trees::empty);
    }
}
