package io.dbfs.cluster.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.bulk.BlockChecksums;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What every {@link ChunkStore} does. */
abstract class ChunkStoreContract {
    static final int BLOCK = BlockChecksums.BLOCK_BYTES;
    private static final ChunkId ID = new ChunkId(0x1234_5678_9abcL);

    abstract ChunkStore store();

    @Test
    void sealedChunkReadsBackAtAnyOffset() {
        byte[] bytes = ChunkBytes.random(1, 3 * BLOCK + 1000);
        ChunkBytes.write(store(), ID, bytes);
        assertEquals(bytes.length, store().length(ID));
        for (int offset : new int[] {0, 1, BLOCK - 1, BLOCK, 2 * BLOCK + 7, 3 * BLOCK, bytes.length - 1}) {
            for (int length : new int[] {1, 999, BLOCK, BLOCK + 1, 2 * BLOCK, bytes.length}) {
                byte[] expected = Arrays.copyOfRange(bytes, offset, Math.min(offset + length, bytes.length));
                assertArrayEquals(expected, ChunkBytes.read(store(), ID, offset, length), offset + " " + length);
            }
        }
    }

    @Test
    void readAtAndBeyondTheEndReturnsNothing() {
        ChunkBytes.write(store(), ID, ChunkBytes.random(1, 10));
        assertEquals(0, ChunkBytes.read(store(), ID, 10, 5).length);
        assertEquals(0, ChunkBytes.read(store(), ID, 1000, 5).length);
    }

    @Test
    void aReplacementIsSeenOnceItIsSealedAndCountsOnce() {
        byte[] before = ChunkBytes.random(1, 2 * BLOCK);
        byte[] after = ChunkBytes.random(2, 2 * BLOCK + 5);
        ChunkBytes.write(store(), ID, before);
        try (WritableChunk chunk = store().replace(ID)) {
            ChunkBytes.append(chunk, after);
            assertArrayEquals(before, ChunkBytes.read(store(), ID, 0, before.length));
            chunk.seal();
        }
        assertArrayEquals(after, ChunkBytes.read(store(), ID, 0, after.length));
        assertEquals(1, store().usage().chunks());
        assertEquals(after.length, store().usage().bytes());
    }

    @Test
    void aReplacementThatIsNotSealedLeavesWhatWasThere() {
        byte[] before = ChunkBytes.random(1, BLOCK);
        ChunkBytes.write(store(), ID, before);
        try (WritableChunk chunk = store().replace(ID)) {
            ChunkBytes.append(chunk, new byte[10]);
        }
        assertArrayEquals(before, ChunkBytes.read(store(), ID, 0, BLOCK));
    }

    @Test
    void chunkIsInvisibleUntilSealed() {
        try (WritableChunk chunk = store().create(ID)) {
            ChunkBytes.append(chunk, new byte[10]);
            assertErrno(Errno.ENOENT, () -> store().length(ID));
            assertErrno(Errno.ENOENT, () -> ChunkBytes.read(store(), ID, 0, 1));
            assertEquals(Map.of(), scan());
        }
    }

    @Test
    void closingAnUnsealedChunkLeavesNothingAndFreesItsId() {
        store().create(ID).close();
        assertErrno(Errno.ENOENT, () -> store().length(ID));
        ChunkBytes.write(store(), ID, new byte[] {1, 2, 3});
        assertEquals(3, store().length(ID));
    }

    @Test
    void creatingTheSameIdTwiceFailsWithEexist() {
        try (WritableChunk first = store().create(ID)) {
            assertErrno(Errno.EEXIST, () -> store().create(ID));
            first.seal();
        }
        assertErrno(Errno.EEXIST, () -> store().create(ID));
    }

    @Test
    void appendAfterAShortBlockFailsWithEinval() {
        try (WritableChunk chunk = store().create(ID)) {
            ChunkBytes.append(chunk, new byte[BLOCK]);
            ChunkBytes.append(chunk, new byte[10]);
            assertErrno(Errno.EINVAL, () -> ChunkBytes.append(chunk, new byte[10]));
        }
    }

    @Test
    void absentChunkFailsWithEnoentEverywhere() {
        assertErrno(Errno.ENOENT, () -> store().length(ID));
        assertErrno(Errno.ENOENT, () -> ChunkBytes.read(store(), ID, 0, 1));
        assertEquals(Errno.ENOENT, failure(store().sync(List.of(ID))));
        assertFalse(store().delete(ID));
    }

    @Test
    void negativeOffsetFailsWithEinval() {
        ChunkBytes.write(store(), ID, new byte[1]);
        assertErrno(Errno.EINVAL, () -> ChunkBytes.read(store(), ID, -1, 1));
    }

    @Test
    void deletedChunkIsGone() {
        ChunkBytes.write(store(), ID, new byte[100]);
        ChunkBytes.read(store(), ID, 0, 100);
        assertTrue(store().delete(ID));
        assertErrno(Errno.ENOENT, () -> ChunkBytes.read(store(), ID, 0, 1));
        assertEquals(Errno.ENOENT, failure(store().sync(List.of(ID))));
        assertEquals(0, store().usage().chunks());
        assertEquals(0, store().usage().bytes());
    }

    @Test
    void scanAndUsageTellWhatIsStored() {
        Map<ChunkId, Integer> expected = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            ChunkId id = new ChunkId(i * 1000L);
            ChunkBytes.write(store(), id, new byte[i * 10_000]);
            expected.put(id, i * 10_000);
        }
        assertEquals(expected, scan());
        assertEquals(20, store().usage().chunks());
        assertEquals(
                expected.values().stream().mapToInt(i -> i).sum(),
                store().usage().bytes());
        assertTrue(store().usage().usableFreeBytes() > 0);
    }

    @Test
    void syncOfManyChunksCompletes() throws Exception {
        List<ChunkId> ids = List.of(new ChunkId(1), new ChunkId(2), new ChunkId(-3));
        ids.forEach(id -> ChunkBytes.write(store(), id, new byte[BLOCK]));
        store().sync(ids).get(10, TimeUnit.SECONDS);
        store().sync(ids).get(10, TimeUnit.SECONDS);
    }

    private Map<ChunkId, Integer> scan() {
        Map<ChunkId, Integer> found = new HashMap<>();
        store().scan(entry -> found.put(entry.id(), entry.length()));
        return found;
    }

    static void assertErrno(Errno expected, Executable action) {
        assertEquals(expected, assertThrows(FsException.class, action).errno());
    }

    static Errno failure(CompletableFuture<?> future) {
        Throwable cause = assertThrows(ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS))
                .getCause();
        return assertInstanceOf(FsException.class, cause).errno();
    }
}
