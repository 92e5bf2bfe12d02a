package io.dbfs.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Opens a replica's state, more than once in a process. */
@FunctionalInterface
public interface KvStoreOpener {
    /**
     * Opens the state in a directory, which is made for a new one.
     *
     * @param damaged is told of damage that a later read finds; must not block
     * @throws DamagedStorageException when the state is damaged
     * @throws IOException when the disk fails
     */
    KvStore open(Path directory, Consumer<DamagedStorageException> damaged) throws IOException;
}
