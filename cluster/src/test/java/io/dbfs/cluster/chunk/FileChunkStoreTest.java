package io.dbfs.cluster.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.bulk.BlockChecksums;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileChunkStoreTest extends ChunkStoreContract {
    private static final ChunkId ID = new ChunkId(7);

    @TempDir
    Path root;

    private FileChunkStore store;

    @BeforeEach
    void open() throws IOException {
        store = FileChunkStore.open(ChunkStoreOptions.of(root, 0));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    ChunkStore store() {
        return store;
    }

    @Test
    void reopenedStoreHasTheSameChunks() throws IOException {
        byte[] bytes = ChunkBytes.random(3, 200_000);
        ChunkBytes.write(store, ID, bytes);
        reopen();
        assertArrayEquals(bytes, ChunkBytes.read(store, ID, 0, bytes.length));
        assertEquals(new ChunkUsage(1, 200_000, store.usage().usableFreeBytes()), store.usage());
    }

    @Test
    void flippedByteOnDiskFailsWithEioForItsBlockOnly() throws IOException {
        byte[] bytes = ChunkBytes.random(3, 3 * BLOCK);
        ChunkBytes.write(store, ID, bytes);
        overwrite(BLOCK + 17, new byte[] {(byte) ~bytes[BLOCK + 17]});
        assertErrno(Errno.EIO, () -> ChunkBytes.read(store, ID, 0, 3 * BLOCK));
        assertErrno(Errno.EIO, () -> ChunkBytes.read(store, ID, BLOCK + 100, 1));
        assertEquals(BLOCK, ChunkBytes.read(store, ID, 0, BLOCK).length);
        assertEquals(BLOCK, ChunkBytes.read(store, ID, 2 * BLOCK, BLOCK).length);
    }

    @Test
    void aDamagedChunkThatIsReplacedIsWholeAndDurable() throws IOException {
        byte[] bytes = ChunkBytes.random(3, 3 * BLOCK);
        ChunkBytes.write(store, ID, bytes);
        overwrite(BLOCK + 17, new byte[] {(byte) ~bytes[BLOCK + 17]});
        assertErrno(Errno.EIO, () -> ChunkVerifier.verify(store, ID));
        try (WritableChunk chunk = store.replace(ID)) {
            ChunkBytes.append(chunk, bytes);
            chunk.seal();
        }
        assertEquals(bytes.length, ChunkVerifier.verify(store, ID));
        reopen();
        assertArrayEquals(bytes, ChunkBytes.read(store, ID, 0, bytes.length));
    }

    @Test
    void aReplacementThatIsNotWholeOnDiskLeavesTheDamagedChunk() {
        byte[] bytes = ChunkBytes.random(3, BLOCK);
        ChunkBytes.write(store, ID, bytes);
        try (WritableChunk chunk = store.replace(ID)) {
            chunk.append(ByteBuffer.wrap(new byte[BLOCK]), BlockChecksums.of(ByteBuffer.wrap(bytes)));
            assertErrno(Errno.EIO, chunk::seal);
        }
        assertArrayEquals(bytes, ChunkBytes.read(store, ID, 0, BLOCK));
        assertFalse(Files.exists(new ChunkFiles(root).unsealed(ID)));
    }

    @Test
    void unsealedFileIsRemovedAtStart() throws IOException {
        WritableChunk chunk = store.create(ID);
        ChunkBytes.append(chunk, new byte[BLOCK]);
        reopen();
        assertFalse(Files.exists(new ChunkFiles(root).unsealed(ID)));
        ChunkBytes.write(store, ID, new byte[1]);
    }

    @Test
    void fileCutShortByACrashIsRemovedAtStart() throws IOException {
        ChunkBytes.write(store, ID, new byte[BLOCK]);
        ChunkBytes.write(store, new ChunkId(8), new byte[BLOCK]);
        try (FileChannel file = FileChannel.open(new ChunkFiles(root).sealed(ID), StandardOpenOption.WRITE)) {
            file.truncate(0);
        }
        reopen();
        assertErrno(Errno.ENOENT, () -> store.length(ID));
        assertEquals(1, store.usage().chunks());
    }

    @Test
    void fileWithATornTrailerIsRemovedAtStart() throws IOException {
        ChunkBytes.write(store, ID, new byte[BLOCK]);
        overwrite(BLOCK, new byte[36]);
        reopen();
        assertErrno(Errno.ENOENT, () -> store.length(ID));
        assertEquals(0, store.usage().chunks());
        assertEquals(0, store.usage().bytes());
    }

    @Test
    void foreignFilesAreLeftAlone() throws IOException {
        Path foreign = Files.createDirectory(root.resolve("lost+found")).resolve("notes.txt");
        Files.writeString(foreign, "mine");
        reopen();
        assertTrue(Files.exists(foreign));
        assertEquals(0, store.usage().chunks());
    }

    @Test
    void createBelowTheReserveFailsWithEnospc() throws IOException {
        store.close();
        store = FileChunkStore.open(ChunkStoreOptions.of(root, Long.MAX_VALUE / 2));
        assertErrno(Errno.ENOSPC, () -> store.create(ID));
        assertEquals(0, store.usage().usableFreeBytes());
    }

    @Test
    void moreChunksThanOpenFilesStayReadable() throws IOException {
        store.close();
        store = FileChunkStore.open(new ChunkStoreOptions(root, 0, 1, 3, 1, 1, true));
        for (int i = 0; i < 20; i++) {
            ChunkBytes.write(store, new ChunkId(i), new byte[] {(byte) i});
        }
        for (int i = 0; i < 20; i++) {
            assertArrayEquals(new byte[] {(byte) i}, ChunkBytes.read(store, new ChunkId(i), 0, 1));
        }
    }

    @Test
    void interruptedReaderReadsAndKeepsItsInterrupt() {
        ChunkBytes.write(store, ID, ChunkBytes.random(1, BLOCK));
        ChunkBytes.read(store, ID, 0, 1);
        Thread.currentThread().interrupt();
        assertEquals(BLOCK, ChunkBytes.read(store, ID, 0, BLOCK).length);
        assertTrue(Thread.interrupted());
        assertEquals(BLOCK, ChunkBytes.read(store, ID, 0, BLOCK).length);
    }

    @Test
    void failedForceDropsTheChunk() throws Exception {
        ChunkBytes.write(store, ID, new byte[1]);
        store.sync(List.of(ID)).get(10, TimeUnit.SECONDS);
        List<ChunkId> damaged = new CopyOnWriteArrayList<>();
        try (ChunkSyncer syncer = new ChunkSyncer(new ChunkFiles(root), 1, 1, damaged::add)) {
            FileChannel closed = FileChannel.open(new ChunkFiles(root).sealed(ID), StandardOpenOption.WRITE);
            closed.close();
            syncer.add(ID, closed);
        }
        assertEquals(List.of(ID), damaged);
    }

    private void reopen() throws IOException {
        store.close();
        store = FileChunkStore.open(ChunkStoreOptions.of(root, 0));
    }

    private void overwrite(long position, byte[] bytes) throws IOException {
        try (FileChannel file = FileChannel.open(new ChunkFiles(root).sealed(ID), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(bytes), position);
        }
    }
}
