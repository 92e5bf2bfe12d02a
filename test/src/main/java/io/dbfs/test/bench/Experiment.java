package io.dbfs.test.bench;

import java.io.IOException;

/** Some rows of the table that belong together. */
interface Experiment {
    void run(Comparison comparison) throws IOException;
}
