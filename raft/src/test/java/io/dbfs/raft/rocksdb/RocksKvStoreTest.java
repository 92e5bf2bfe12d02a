package io.dbfs.raft.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.raft.DamagedStorageException;
import io.dbfs.raft.KvStore;
import io.dbfs.raft.KvStoreContract;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksKvStoreTest extends KvStoreContract {
    @TempDir
    Path folder;

    @Override
    protected KvStore open(Path directory) throws IOException {
        return RocksKvStore.open(directory, RocksOptions.defaults(), damage -> {});
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
    void damageThatAReadFindsIsToldAndKeptForTheNextStart() throws IOException {
        byte[] value = new byte[100_000];
        new Random(3).nextBytes(value);
        try (KvStore store = open(folder)) {
            // In blocks of their own, so that the applied index can be read.
            store.commit(4, List.of(put("0", "v".repeat(8000)), new Mutation.Put("a".getBytes(UTF_8), value)));
            store.checkpoint(folder.resolve("flushes"));
        }
        try (Stream<Path> files = Files.list(folder.resolve("state-1"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".sst")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 1;
                Files.write(file, bytes);
            }
        }
        List<String> told = new ArrayList<>();
        try (KvStore store = RocksKvStore.open(
                        folder, RocksOptions.defaults(), damage -> told.add(String.valueOf(damage.getMessage())));
                StateView view = store.view()) {
            assertThrows(IllegalStateException.class, () -> view.get("a".getBytes(UTF_8)));
        }
        assertEquals(1, told.size());
        assertTrue(told.get(0).startsWith(folder.resolve("state-1") + " is damaged: "), told.get(0));

        String said =
                assertThrows(DamagedStorageException.class, () -> open(folder)).getMessage();
        assertTrue(said.startsWith(folder.resolve("state-1") + " is damaged: "), said);
    }

    @Test
    void aStoreIsOpenOnce() throws IOException {
        KvStore store = open(folder);

        assertThrows(IOException.class, () -> open(folder));

        store.close();
    }
}
