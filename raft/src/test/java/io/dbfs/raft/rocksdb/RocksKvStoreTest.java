package io.dbfs.raft.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dbfs.raft.KvStore;
import io.dbfs.raft.KvStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksKvStoreTest extends KvStoreContract {
    @TempDir
    Path folder;

    @Override
    protected KvStore open(Path directory) throws IOException {
        return RocksKvStore.open(directory, RocksOptions.defaults());
    }

    @Test
    void closedStoreOpensAgainAsItWas() throws IOException {
        try (KvStore store = open(folder)) {
            store.commit(4, List.of(put("a", "1")));
        }
        try (KvStore store = open(folder)) {
            assertEquals(4, store.appliedIndex());
            assertEquals(List.of("a=1"), listing(store));
        }
    }

    @Test
    void restoredStoreOpensAgainAsRestoredAndKeepsOneGeneration() throws IOException {
        Path checkpoint = folder.resolve("checkpoint");
        Path place = folder.resolve("store");
        try (KvStore store = open(place)) {
            store.commit(4, List.of(put("a", "1")));
            store.checkpoint(checkpoint);
            store.commit(5, List.of(put("b", "1")));
            store.restore(checkpoint);
        }
        try (KvStore store = open(place)) {
            assertEquals(4, store.appliedIndex());
            assertEquals(List.of("a=1"), listing(store));
        }
        try (Stream<Path> generations = Files.list(place)) {
            assertEquals(1, generations.count());
        }
    }

    @Test
    void aRestoreCutOffByACrashLeavesTheOldState() throws IOException {
        try (KvStore store = open(folder)) {
            store.commit(4, List.of(put("a", "1")));
        }
        Files.createDirectory(folder.resolve("state-2.unfinished"));

        try (KvStore store = open(folder)) {
            assertEquals(List.of("a=1"), listing(store));
        }
    }

    @Test
    void aStoreIsOpenOnce() throws IOException {
        KvStore store = open(folder);

        assertThrows(IOException.class, () -> open(folder));

        store.close();
    }
}
