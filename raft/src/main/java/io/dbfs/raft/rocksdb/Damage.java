package io.dbfs.raft.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dbfs.raft.DamagedStorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Damage of a database, which most often a read finds and not the next start: so it is kept in a file beside it. */
final class Damage {
    private static final Logger LOG = LoggerFactory.getLogger(Damage.class);
    private static final String PREFIX = "damage-of-";

    private Damage() {}

    /** Whether a failure comes from what is in the files, and not from the disk they are on. */
    static boolean isOne(RocksDBException e) {
        Status status = e.getStatus();
        String message = String.valueOf(e.getMessage());
        return (status != null && status.getCode() == Status.Code.Corruption)
                || message.contains("Corruption")
                // RocksDB names a file that its own files say is there.
                || (message.contains("No such file") && !message.contains("LOCK"));
    }

    static DamagedStorageException of(Path directory, RocksDBException e) {
        return new DamagedStorageException(directory, String.valueOf(e.getMessage()), e);
    }

    /** Notes damage for the next start. */
    static void mark(Path directory, DamagedStorageException damage) {
        try {
            Files.writeString(file(directory), String.valueOf(damage.getMessage()), UTF_8);
        } catch (IOException e) {
            // A read will find it again.
            LOG.warn("write {}: {}", file(directory), e.toString());
        }
    }

    /** Makes sure that no damage was noted. */
    static void requireNone(Path directory) throws IOException {
        if (Files.exists(file(directory))) {
            String found = Files.readString(file(directory), UTF_8);
            throw new DamagedStorageException(directory, "a read has found: " + found);
        }
    }

    private static Path file(Path directory) {
        return directory.resolveSibling(PREFIX + directory.getFileName());
    }
}
