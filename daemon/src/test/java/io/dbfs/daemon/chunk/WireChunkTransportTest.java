package io.dbfs.daemon.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.cluster.chunk.ChunkServiceOptions;
import io.dbfs.cluster.chunk.MemoryChunkStore;
import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WireChunkTransportTest {
    private static final int CHUNK_BYTES = 3 * 1024 * 1024 + 12345;

    private final BlockingQueue<String> reported = new LinkedBlockingQueue<>();
    private ChunkNodes nodes;
    private WireChunkTransport transport;

    @BeforeEach
    void start() throws IOException {
        nodes = new ChunkNodes(
                3,
                number -> new MemoryChunkStore(InstantSource.system(), 1 << 30),
                new ChunkServiceOptions(16, 2, Duration.ofSeconds(4), 256 * 1024, Duration.ofSeconds(2)));
        transport = new WireChunkTransport(
                nodes.channels,
                (chunk, node, missing) -> reported.add(chunk.value() + " " + node + " " + missing),
                nodes.timer,
                System::nanoTime,
                new ChunkTransportOptions(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(2),
                        Set.of(),
                        false));
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void chunkWrittenAlongAChainIsOnEveryNodeOfIt() throws Exception {
        byte[] bytes = random(1, CHUNK_BYTES);
        for (int length = 1; length <= 3; length++) {
            int[] chain = IntStream.rangeClosed(1, length).toArray();
            ChunkPlacement placement = nodes.placement(length, chain);
            StoredChunk stored = write(placement, bytes);
            assertEquals(
                    placement.replicas().stream().map(Replica::node).toList(), stored.replicas(), "chain of " + length);
            assertEquals(CHUNK_BYTES, stored.length());
            for (int number : chain) {
                assertArrayEquals(bytes, read(nodes.placement(length, number), 0, CHUNK_BYTES));
            }
        }
    }

    @Test
    void rangesReadBackAtAnyOffset() throws Exception {
        byte[] bytes = random(2, CHUNK_BYTES);
        ChunkPlacement placement = nodes.placement(7, 1, 2);
        write(placement, bytes);
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 50; i++) {
            int offset = random.nextInt(CHUNK_BYTES);
            int length = random.nextInt(CHUNK_BYTES - offset) + 1;
            assertArrayEquals(Arrays.copyOfRange(bytes, offset, offset + length), read(placement, offset, length));
        }
    }

    @Test
    void moreReadsThanANodeServesAtOnceWaitTheirTurn() throws Exception {
        byte[] bytes = random(8, CHUNK_BYTES);
        ChunkPlacement placement = nodes.placement(8, 1);
        write(placement, bytes);
        List<ByteBuffer> targets = new ArrayList<>();
        List<CompletableFuture<Void>> reads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            targets.add(ByteBuffer.allocate(CHUNK_BYTES));
            reads.add(transport.read(placement, 0, targets.get(i)));
        }
        for (int i = 0; i < 8; i++) {
            reads.get(i).get(10, TimeUnit.SECONDS);
            assertArrayEquals(bytes, targets.get(i).array());
        }
    }

    @Test
    void uploadWithSyncIsAnswered() throws Exception {
        ChunkUpload upload = transport.open(nodes.placement(7, 1, 2));
        upload.append(ByteBuffer.allocateDirect(100_000));
        assertEquals(
                List.of(new NodeId(1), new NodeId(2)),
                upload.seal(true).get(10, TimeUnit.SECONDS).replicas());
    }

    @Test
    void damagedReplicaIsReportedAndAnotherRead() throws Exception {
        byte[] bytes = random(4, CHUNK_BYTES);
        ChunkPlacement placement = nodes.placement(9, 1, 2);
        write(placement, bytes);
        ((MemoryChunkStore) nodes.store(1)).damage(new ChunkId(9));
        assertArrayEquals(bytes, read(placement, 0, CHUNK_BYTES));
        assertEquals("9 n1 false", reported.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void missingReplicaIsReportedAndAnotherRead() throws Exception {
        byte[] bytes = random(4, CHUNK_BYTES);
        ChunkPlacement placement = nodes.placement(9, 1, 2);
        write(placement, bytes);
        nodes.store(1).delete(new ChunkId(9));
        assertArrayEquals(bytes, read(placement, 0, CHUNK_BYTES));
        assertEquals("9 n1 true", reported.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void replicasDamagedInDifferentBlocksGiveALongReadTogether() throws Exception {
        byte[] bytes = random(4, CHUNK_BYTES);
        ChunkPlacement placement = nodes.placement(9, 1, 2);
        write(placement, bytes);
        ((MemoryChunkStore) nodes.store(1)).damage(new ChunkId(9), 0);
        ((MemoryChunkStore) nodes.store(2)).damage(new ChunkId(9), 2);
        assertArrayEquals(bytes, read(placement, 0, CHUNK_BYTES));
        assertArrayEquals(Arrays.copyOfRange(bytes, 1000, CHUNK_BYTES - 7), read(placement, 1000, CHUNK_BYTES - 1007));
    }

    @Test
    void aRefusalCostsNoConnectionAndTheReplicaIsAskedLastFromThenOn() throws Exception {
        byte[] bytes = random(4, CHUNK_BYTES);
        ChunkPlacement placement = nodes.placement(9, 1, 2);
        write(placement, bytes);
        nodes.store(1).delete(new ChunkId(9));
        assertFalse(transport.isOutdated(placement));
        assertArrayEquals(bytes, read(placement, 0, CHUNK_BYTES));
        assertTrue(transport.isOutdated(placement));
        assertFalse(transport.isOutdated(nodes.placement(9, 2)));
        long connections = nodes.channels.wire().connections();
        long exchanges = nodes.channels.wire().chunkExchanges();
        for (int i = 0; i < 20; i++) {
            assertArrayEquals(bytes, read(placement, 0, CHUNK_BYTES));
        }
        assertEquals(20, nodes.channels.wire().chunkExchanges() - exchanges);
        for (int i = 0; i < 20; i++) {
            ChunkPlacement missing = nodes.placement(100 + i, 1);
            assertThrows(ExecutionException.class, () -> read(missing, 0, 10));
        }
        assertEquals(connections, nodes.channels.wire().connections());
        assertEquals("9 n1 true", reported.poll(5, TimeUnit.SECONDS));
        assertEquals("100 n1 true", reported.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void deadReplicaIsNotReportedAndAnotherRead() throws Exception {
        byte[] bytes = random(4, CHUNK_BYTES);
        ChunkPlacement placement = nodes.placement(9, 1, 2);
        write(placement, bytes);
        nodes.stop(1);
        assertArrayEquals(bytes, read(placement, 0, CHUNK_BYTES));
        assertTrue(reported.isEmpty());
    }

    @Test
    void readFailsWithEioWhenNoReplicaCanGiveIt() {
        CompletableFuture<Void> done = transport.read(nodes.placement(9, 1, 2), 0, ByteBuffer.allocate(10));
        Throwable cause = assertThrows(ExecutionException.class, () -> done.get(10, TimeUnit.SECONDS))
                .getCause();
        assertEquals(Errno.EIO, assertInstanceOf(FsException.class, cause).errno());
    }

    @Test
    void chainBrokenAtEachPositionNamesTheNode() throws Exception {
        byte[] bytes = random(5, CHUNK_BYTES);
        for (int broken = 3; broken >= 1; broken--) {
            nodes.stop(broken);
            ChunkUploadException failure = writeFails(nodes.placement(20 + broken, 1, 2, 3), bytes);
            assertEquals(new NodeId(broken), failure.failedNode().orElseThrow());
            assertFalse(failure.storedOn().contains(new NodeId(broken)));
        }
    }

    @Test
    void chainBrokenInTheMiddleOfAChunkNamesTheNodeAndLeavesNothing() throws Exception {
        byte[] bytes = random(6, CHUNK_BYTES);
        ChunkUpload upload = transport.open(nodes.placement(30, 1, 2, 3));
        upload.append(ByteBuffer.wrap(bytes, 0, 1 << 20));
        await(() -> nodes.service(3).uploads() == 1);
        nodes.stop(2);
        ChunkUploadException failure = assertThrows(ChunkUploadException.class, () -> {
            while (true) {
                upload.append(ByteBuffer.wrap(bytes, 0, 1 << 20));
            }
        });
        assertEquals(new NodeId(2), failure.failedNode().orElseThrow());
        await(() -> nodes.service(1).uploads() == 0 && nodes.service(3).uploads() == 0);
        assertEquals(0, nodes.store(1).usage().chunks());
        assertEquals(0, nodes.store(3).usage().chunks());
    }

    @Test
    void nodeThatHasTheChunkAlreadyRefusesIt() throws Exception {
        write(nodes.placement(40, 2), new byte[10]);
        ChunkUploadException failure = writeFails(nodes.placement(40, 1, 2), new byte[10]);
        assertEquals(Errno.EEXIST, failure.errno());
        assertEquals(new NodeId(2), failure.failedNode().orElseThrow());
    }

    @Test
    void cancelledUploadLeavesNothing() throws Exception {
        ChunkUpload upload = transport.open(nodes.placement(50, 1, 2));
        upload.append(ByteBuffer.allocate(1 << 20));
        await(() -> nodes.service(2).uploads() == 1);
        upload.cancel();
        await(() -> nodes.service(1).uploads() == 0 && nodes.service(2).uploads() == 0);
        write(nodes.placement(50, 1, 2), new byte[10]);
    }

    @Test
    void idleUploadIsDropped() throws Exception {
        ChunkUpload upload = transport.open(nodes.placement(60, 1, 2));
        upload.append(ByteBuffer.allocate(1 << 16));
        await(() -> nodes.service(2).uploads() == 1);
        await(() -> nodes.service(1).uploads() == 0 && nodes.service(2).uploads() == 0);
        assertThrows(ExecutionException.class, () -> upload.seal(false).get(5, TimeUnit.SECONDS));
    }

    @Test
    void requestForAnotherNodeIsRefused() {
        Replica wrong = new Replica(new NodeId(9), nodes.replica(1).address());
        ChunkUploadException failure = writeFails(new ChunkPlacement(new ChunkId(70), List.of(wrong)), new byte[10]);
        assertEquals(Errno.ESTALE, failure.errno());
    }

    @Test
    void aNodeConfirmsWhatItHoldsAndRefusesWhatItDoesNot() throws Exception {
        ChunkPlacement placement = nodes.placement(80, 1, 2, 3);
        write(placement, new byte[10]);
        for (Replica replica : placement.replicas()) {
            transport.sync(replica, List.of(placement.chunk())).get(10, TimeUnit.SECONDS);
        }
        nodes.store(2).delete(new ChunkId(80));
        nodes.stop(3);
        transport.sync(placement.replicas().get(0), List.of(placement.chunk())).get(10, TimeUnit.SECONDS);
        assertEquals(Errno.ENOENT, syncFails(placement, 1));
        assertEquals(Errno.ENOTCONN, syncFails(placement, 2));
    }

    private Errno syncFails(ChunkPlacement placement, int replica) {
        ExecutionException failure = assertThrows(
                ExecutionException.class,
                () -> transport
                        .sync(placement.replicas().get(replica), List.of(placement.chunk()))
                        .get(10, TimeUnit.SECONDS));
        return assertInstanceOf(FsException.class, failure.getCause()).errno();
    }

    private StoredChunk write(ChunkPlacement placement, byte[] bytes) throws Exception {
        ChunkUpload upload = transport.open(placement);
        upload.append(ByteBuffer.wrap(bytes));
        return upload.seal(false).get(10, TimeUnit.SECONDS);
    }

    private ChunkUploadException writeFails(ChunkPlacement placement, byte[] bytes) {
        ChunkUpload upload = transport.open(placement);
        try {
            upload.append(ByteBuffer.wrap(bytes));
        } catch (ChunkUploadException e) {
            return e;
        }
        Throwable cause = assertThrows(
                        ExecutionException.class, () -> upload.seal(false).get(10, TimeUnit.SECONDS))
                .getCause();
        return assertInstanceOf(ChunkUploadException.class, cause);
    }

    private byte[] read(ChunkPlacement placement, int offset, int length) throws Exception {
        ByteBuffer target = ByteBuffer.allocate(length);
        transport.read(placement, offset, target).get(10, TimeUnit.SECONDS);
        return target.array();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "condition not met in time");
            Thread.onSpinWait();
        }
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }
}
