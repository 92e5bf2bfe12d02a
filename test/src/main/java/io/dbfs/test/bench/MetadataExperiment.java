package io.dbfs.test.bench;

import java.io.IOException;

/** Names and attributes, from one process. */
final class MetadataExperiment implements Experiment {
    private static final String UNIT = "ops/s";

    private final int files;

    MetadataExperiment(boolean quick) {
        files = quick ? 1_000 : 5_000;
    }

    @Override
    public void run(Comparison comparison) throws IOException {
        comparison.once("create", "create empty files", UNIT, directory -> Metadata.create(directory, files));
        comparison.goCold();
        comparison.once("stat-cold", "stat, cold", UNIT, directory -> Metadata.stat(directory, files));
        comparison.once("stat-warm", "stat, again", UNIT, directory -> Metadata.stat(directory, files));
        comparison.once("list", "list the directory", "entries/s", Metadata::list);
        comparison.once("rename", "rename", UNIT, directory -> Metadata.rename(directory, files));
        comparison.once("unlink", "unlink", UNIT, directory -> Metadata.unlink(directory, files));
    }
}
