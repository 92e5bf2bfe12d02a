package io.dbfs.cluster.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.cluster.chunk.ChunkCopier.Source;
import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.NodeId;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.RpcServer;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChunkCopierTest {
    private static final ChunkId ID = new ChunkId(5);
    private static final byte[] BYTES = ChunkBytes.random(1, 2_500_000);

    private final Channels channels = new Channels();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final MemoryChunkStore first = new MemoryChunkStore(InstantSource.system(), 1 << 30);
    private final MemoryChunkStore second = new MemoryChunkStore(InstantSource.system(), 1 << 30);
    private final MemoryChunkStore target = new MemoryChunkStore(InstantSource.system(), 1 << 30);
    private final ChunkCopier copier = new ChunkCopier(target, channels.wire(), Duration.ofSeconds(10));
    private List<Source> sources = List.of();

    @BeforeEach
    void serve() throws IOException {
        sources = List.of(serve(1, first), serve(2, second));
    }

    private Source serve(int number, ChunkStore store) throws IOException {
        NodeId node = new NodeId(number);
        ChunkService service = new ChunkService(() -> node, store, channels.wire(), ChunkServiceOptions.defaults());
        RpcServer server = RpcServer.start("127.0.0.1:0", List.of(), List.of(service), Runnable::run);
        open.add(server);
        return new Source(node, "127.0.0.1:" + server.port());
    }

    @AfterEach
    void close() throws Exception {
        channels.close();
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    @Test
    void copiedChunkIsTheSame() {
        ChunkBytes.write(first, ID, BYTES);
        copier.copy(ID, BYTES.length, sources);
        assertArrayEquals(BYTES, ChunkBytes.read(target, ID, 0, BYTES.length));
    }

    @Test
    void sourceThatLacksOrDamagedTheChunkIsLeftForTheNext() {
        ChunkBytes.write(second, ID, BYTES);
        copier.copy(ID, BYTES.length, sources);
        target.delete(ID);
        ChunkBytes.write(first, ID, BYTES);
        first.damage(ID);
        copier.copy(ID, BYTES.length, sources);
        assertArrayEquals(BYTES, ChunkBytes.read(target, ID, 0, BYTES.length));
    }

    @Test
    void copyWithoutAnyGoodSourceFailsAndLeavesNothing() {
        ChunkStoreContract.assertErrno(Errno.ENOENT, () -> copier.copy(ID, BYTES.length, sources));
        ChunkStoreContract.assertErrno(Errno.ENOENT, () -> copier.copy(ID, BYTES.length, List.of()));
        assertEquals(0, target.usage().chunks());
    }

    @Test
    void lengthBeyondTheChunkFailsWithEinval() {
        ChunkBytes.write(first, ID, BYTES);
        ChunkBytes.write(second, ID, BYTES);
        ChunkStoreContract.assertErrno(Errno.EINVAL, () -> copier.copy(ID, BYTES.length + 1, sources));
    }

    @Test
    void chunkThatIsHereAndWholeStaysAsItIs() {
        ChunkBytes.write(target, ID, BYTES);
        copier.copy(ID, BYTES.length, sources);
        assertArrayEquals(BYTES, ChunkBytes.read(target, ID, 0, BYTES.length));
    }

    @Test
    void chunkThatIsBeingWrittenHereFailsWithEexist() {
        ChunkBytes.write(first, ID, BYTES);
        try (WritableChunk writing = target.create(ID)) {
            assertEquals(0, writing.length());
            ChunkStoreContract.assertErrno(Errno.EEXIST, () -> copier.copy(ID, BYTES.length, sources));
        }
    }

    @Test
    void copiesDamagedInDifferentBlocksMakeAWholeOne() {
        ChunkBytes.write(first, ID, BYTES);
        ChunkBytes.write(second, ID, BYTES);
        first.damage(ID, 0);
        first.damage(ID, 20);
        second.damage(ID, 1);
        second.damage(ID, 38);
        copier.copy(ID, BYTES.length, sources);
        assertArrayEquals(BYTES, ChunkBytes.read(target, ID, 0, BYTES.length));
    }

    @Test
    void damagedChunkHereIsReplacedFromItsOwnBlocksAndAnothersOnes() throws IOException {
        List<Source> withItself = List.of(sources.get(0), serve(3, target));
        ChunkBytes.write(first, ID, BYTES);
        ChunkBytes.write(target, ID, BYTES);
        first.damage(ID, 5);
        target.damage(ID, 6);
        copier.copy(ID, BYTES.length, withItself);
        assertArrayEquals(BYTES, ChunkBytes.read(target, ID, 0, BYTES.length));
    }

    @Test
    void blockThatNoCopyHasFailsWithEioAndTheDamagedChunkHereStays() {
        ChunkBytes.write(first, ID, BYTES);
        ChunkBytes.write(target, ID, BYTES);
        first.damage(ID, 7);
        target.damage(ID, 7);
        ChunkStoreContract.assertErrno(Errno.EIO, () -> copier.copy(ID, BYTES.length, sources.subList(0, 1)));
        assertEquals(BYTES.length, target.length(ID));
        assertArrayEquals(
                Arrays.copyOf(BYTES, ChunkStoreContract.BLOCK),
                ChunkBytes.read(target, ID, 0, ChunkStoreContract.BLOCK));
    }
}
