package io.dbfs.daemon.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.cluster.chunk.ChunkServiceOptions;
import io.dbfs.cluster.chunk.ChunkStoreOptions;
import io.dbfs.cluster.chunk.FileChunkStore;
import io.dbfs.common.Errno;
import io.dbfs.common.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes on real files: node 1's disk answers no read until told to, node 3's is full. */
class DiskFaultTest {
    private static final int CHUNK_BYTES = 1_000_000;

    @TempDir
    Path root;

    private final BlockingQueue<String> reported = new LinkedBlockingQueue<>();
    private final byte[] bytes = new byte[CHUNK_BYTES];
    private ChunkNodes nodes;
    private WireChunkTransport transport;

    @BeforeEach
    void start() throws IOException {
        new SplittableRandom(1).nextBytes(bytes);
        nodes = new ChunkNodes(
                3,
                number -> number == 1 ? new GatedChunkStore(files(1, 0)) : files(number, number == 3 ? 1L << 60 : 0),
                ChunkServiceOptions.defaults());
        transport = transport(Duration.ofSeconds(10));
    }

    private WireChunkTransport transport(Duration hedgeAfter) {
        return new WireChunkTransport(
                nodes.channels,
                (chunk, node, missing) -> reported.add(chunk.value() + " " + node + " " + missing),
                nodes.timer,
                System::nanoTime,
                new ChunkTransportOptions(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        hedgeAfter,
                        Set.of(),
                        false));
    }

    private FileChunkStore files(int number, long reserveBytes) {
        try {
            return FileChunkStore.open(ChunkStoreOptions.of(root.resolve("n" + number), reserveBytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void slowReplicaIsNotWaitedForWhenAnotherIsQuick() throws Exception {
        ChunkPlacement placement = nodes.placement(1, 1, 2);
        write(placement);
        transport = transport(Duration.ofMillis(10));
        assertArrayEquals(bytes, read(placement));
        assertTrue(reported.isEmpty());
    }

    @Test
    void byteFlippedOnDiskIsFoundAndAnotherReplicaRead() throws Exception {
        ((GatedChunkStore) nodes.store(1)).open();
        ChunkPlacement placement = nodes.placement(1, 1, 2);
        write(placement);
        Path file = chunkFile("n1");
        byte[] stored = Files.readAllBytes(file);
        stored[500_000] ^= 1;
        Files.write(file, stored);
        assertArrayEquals(bytes, read(placement));
        assertEquals("1 n1 false", reported.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void fullNodeOfAChainIsNamedWithEnospc() throws Exception {
        ChunkUpload upload = transport.open(nodes.placement(1, 1, 3));
        ExecutionException failure = assertThrows(ExecutionException.class, () -> {
            try {
                upload.append(ByteBuffer.wrap(bytes));
            } finally {
                upload.seal(false).get(10, TimeUnit.SECONDS);
            }
        });
        ChunkUploadException full = assertInstanceOf(ChunkUploadException.class, failure.getCause());
        assertEquals(Errno.ENOSPC, full.errno());
        assertEquals(new NodeId(3), full.failedNode().orElseThrow());
    }

    /** The node before it says so, before the client loses patience with that one. */
    @Test
    void theNodeWhoseDiskHangsIsTheOneThatIsNamed() throws Exception {
        ((GatedChunkStore) nodes.store(1)).holdWrites();
        ChunkUpload upload = transport.open(nodes.placement(1, 2, 1), 0, Duration.ofSeconds(4));
        upload.append(ByteBuffer.wrap(bytes));
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> upload.seal(true).get(40, TimeUnit.SECONDS));
        ChunkUploadException stalled = assertInstanceOf(ChunkUploadException.class, failure.getCause());
        assertEquals(Errno.ETIMEDOUT, stalled.errno());
        assertEquals(new NodeId(1), stalled.failedNode().orElseThrow());
    }

    @Test
    void syncedChunkSurvivesReopeningTheStore() throws Exception {
        ChunkPlacement placement = nodes.placement(1, 2);
        write(placement);
        for (Replica replica : placement.replicas()) {
            transport.sync(replica, List.of(placement.chunk())).get(10, TimeUnit.SECONDS);
        }
        try (FileChunkStore again = files(2, 0)) {
            assertEquals(CHUNK_BYTES, again.length(placement.chunk()));
        }
    }

    private void write(ChunkPlacement placement) throws Exception {
        ChunkUpload upload = transport.open(placement);
        upload.append(ByteBuffer.wrap(bytes));
        upload.seal(false).get(10, TimeUnit.SECONDS);
    }

    private byte[] read(ChunkPlacement placement) throws Exception {
        ByteBuffer target = ByteBuffer.allocateDirect(CHUNK_BYTES);
        transport.read(placement, 0, target).get(10, TimeUnit.SECONDS);
        byte[] result = new byte[CHUNK_BYTES];
        target.get(result);
        return result;
    }

    private Path chunkFile(String node) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve(node))) {
            return files.filter(file -> file.toString().endsWith(".chunk"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
