package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One of the two places where the same work is done. */
interface Side {
    /** An empty directory to work in. */
    Path directory();

    /** Returns after everything that was read or written here left every cache that it can leave. */
    void goCold() throws IOException;

    /** The processes that do the work behind the directory. */
    List<Watched> processes();
}
