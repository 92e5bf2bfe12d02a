package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's caches of pages, entries and inodes. */
final class PageCache {
    private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");

    private final Progress progress;
    private boolean refusalTold;

    PageCache(Progress progress) {
        this.progress = progress;
    }

    /** Empties them, as far as this user may. */
    void drop() throws IOException {
        Commands.run("sync");
        if (Files.isWritable(DROP)) {
            Files.writeString(DROP, "3");
        } else if (!refusalTold) {
            refusalTold = true;
            progress.note("the page cache cannot be dropped (needs root): cold reads may come from memory");
        }
    }
}
