package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A directory that is there already: the local disk, or a mount which somebody else started. */
record PlainSide(Path directory, PageCache pageCache) implements Side {
    @Override
    public void goCold() throws IOException {
        pageCache.drop();
    }

    @Override
    public List<Watched> processes() {
        return List.of();
    }
}
