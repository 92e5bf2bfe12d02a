package io.dbfs.daemon.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.dbfs.cluster.chunk.ChunkServiceOptions;
import io.dbfs.cluster.chunk.ChunkStore;
import io.dbfs.cluster.chunk.ChunkStoreOptions;
import io.dbfs.cluster.chunk.FileChunkStore;
import io.dbfs.common.ChunkId;
import io.dbfs.common.bulk.BlockChecksums;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chunks that a reader takes from the files of nodes on its host. */
final class HostFilesTest {
    private static final int BLOCK = BlockChecksums.BLOCK_BYTES;
    private static final int CHUNK_BYTES = 20 * BLOCK + 1234;
    private static final ChunkId ID = new ChunkId(77);

    @TempDir
    Path root;

    private final BlockingQueue<String> reported = new LinkedBlockingQueue<>();
    private final byte[] bytes = new byte[CHUNK_BYTES];
    private ChunkNodes nodes;
    private WireChunkTransport transport;

    @BeforeEach
    void start() throws Exception {
        nodes = new ChunkNodes(2, this::files, ChunkServiceOptions.defaults());
        transport = transport(true);
        new SplittableRandom(5).nextBytes(bytes);
        ChunkUpload upload = transport.open(nodes.placement(ID.value(), 1, 2));
        upload.append(ByteBuffer.wrap(bytes));
        upload.seal(true).get(10, TimeUnit.SECONDS);
    }

    private WireChunkTransport transport(boolean readsHostFiles) {
        return new WireChunkTransport(
                nodes.channels,
                (chunk, node, missing) -> reported.add(chunk.value() + " " + node + " " + missing),
                nodes.timer,
                System::nanoTime,
                ChunkTransportOptions.defaults(Set.of(), readsHostFiles));
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void everyRangeReadsBackWhoeverReadsTheFile() throws Exception {
        assertRanges();
        transport = transport(false);
        assertRanges();
    }

    private void assertRanges() throws Exception {
        for (int from : new int[] {0, 1, BLOCK, 3 * BLOCK, 20 * BLOCK, CHUNK_BYTES - 1}) {
            for (int length : new int[] {1, BLOCK, 5 * BLOCK, CHUNK_BYTES - from}) {
                if (from + length <= CHUNK_BYTES) {
                    assertRead(from, length, 1, 2);
                }
            }
        }
    }

    @Test
    void aFileThatIsKnownIsReadThoughItsNodeIsGone() throws Exception {
        assertRead(0, BLOCK, 1);
        nodes.stop(1);
        assertRead(BLOCK, CHUNK_BYTES - BLOCK, 1);
    }

    @Test
    void aFileThatIsGoneIsAskedForAgain() throws Exception {
        assertRead(0, BLOCK, 1, 2);
        nodes.store(1).delete(ID);
        assertRead(0, CHUNK_BYTES, 1, 2);
        assertEquals("77 n1 true", reported.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void aDamagedFileIsReportedAndNotServed() throws Exception {
        assertRead(0, BLOCK, 1, 2);
        try (FileChannel file = FileChannel.open(file(1), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(10), 3 * BLOCK + 5);
        }
        assertRead(0, CHUNK_BYTES, 1, 2);
        assertEquals("77 n1 false", reported.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void whereAPathLeadsElsewhereTheNodeSendsTheBytes() throws Exception {
        assertRead(0, BLOCK, 1);
        Path file = file(1);
        Path moved = root.resolve("moved");
        Files.move(file, moved);
        Files.write(file, new byte[(int) Files.size(moved)]);
        // The node still has the file open that it opened first.
        assertRead(BLOCK, CHUNK_BYTES - BLOCK, 1);
        assertNull(reported.poll());
    }

    private Path file(int number) throws IOException {
        try (Stream<Path> all = Files.walk(root.resolve("n" + number))) {
            return all.filter(path -> path.toString().endsWith(".chunk"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void assertRead(int from, int length, int... numbers) throws Exception {
        ByteBuffer target = ByteBuffer.allocate(length);
        transport.read(nodes.placement(ID.value(), numbers), from, target).get(10, TimeUnit.SECONDS);
        assertArrayEquals(Arrays.copyOfRange(bytes, from, from + length), target.array(), from + " " + length);
    }

    private ChunkStore files(int number) {
        try {
            return FileChunkStore.open(ChunkStoreOptions.of(root.resolve("n" + number), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
