package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Path;

/** Something that is done in a directory and whose speed is measured. */
interface Work {
    /** Does it; returns how much of it is done in a second. */
    double rate(Path directory) throws IOException;
}
