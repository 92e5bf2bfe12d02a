package io.dbfs.daemon.chunk;

import com.sun.management.OperatingSystemMXBean;
import io.dbfs.cluster.chunk.ChunkServiceOptions;
import io.dbfs.cluster.chunk.ChunkStoreOptions;
import io.dbfs.cluster.chunk.FileChunkStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Speed and processor time of this layer alone, client and nodes in one process: run by hand, with a directory, and
 * optionally the size of frames when reading, in KiB, MiB in all, and copies.
 */
final class ChunkBenchmark {
    private static final int CHUNK_BYTES = 8 << 20;
    private static final int SLICE_BYTES = 1 << 20;
    private static final int OUTSTANDING_MAX = 4;
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final ChunkNodes nodes;
    private final WireChunkTransport transport;
    private final int chunkCount;
    private final int copies;
    private long nextChunk = 1;

    private interface Work {
        void run() throws Exception;
    }

    private ChunkBenchmark(ChunkNodes nodes, int totalMiB, int copies) {
        this.nodes = nodes;
        this.chunkCount = totalMiB * (1 << 20) / CHUNK_BYTES;
        this.copies = copies;
        ChunkTransportOptions usual = ChunkTransportOptions.defaults(Set.of(), false);
        this.transport = new WireChunkTransport(
                nodes.channels,
                (chunk, node, missing) -> {},
                nodes.timer,
                System::nanoTime,
                new ChunkTransportOptions(
                        usual.readTimeout(),
                        usual.stallTimeout(),
                        usual.syncTimeout(),
                        Duration.ofSeconds(5),
                        Set.of(),
                        false));
    }

    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        int frameBytes = (args.length > 1 ? Integer.parseInt(args[1]) : 1024) * 1024;
        int totalMiB = args.length > 2 ? Integer.parseInt(args[2]) : 512;
        int copies = args.length > 3 ? Integer.parseInt(args[3]) : 2;
        ChunkServiceOptions usual = ChunkServiceOptions.defaults();
        ChunkServiceOptions options = new ChunkServiceOptions(
                usual.uploadsMax(), usual.readsMax(), usual.readWait(), frameBytes, usual.stallTimeout());
        try (ChunkNodes nodes = new ChunkNodes(3, number -> open(root.resolve("n" + number)), options)) {
            ChunkBenchmark benchmark = new ChunkBenchmark(nodes, totalMiB, copies);
            for (int round = 0; round < 8; round++) {
                benchmark.round();
            }
        }
    }

    private static FileChunkStore open(Path root) {
        try {
            return FileChunkStore.open(ChunkStoreOptions.of(root, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void round() throws Exception {
        List<ChunkPlacement> written = new ArrayList<>();
        measure("write", () -> write(written));
        measure("sync", () -> {
            for (ChunkPlacement chunk : written) {
                for (Replica replica : chunk.replicas()) {
                    transport.sync(replica, List.of(chunk.chunk())).get(60, TimeUnit.SECONDS);
                }
            }
        });
        measure("read 8 MiB x2", () -> read(written, CHUNK_BYTES));
        measure("read 1 MiB x2", () -> read(written, SLICE_BYTES));
        smallReads(written);
        for (ChunkPlacement placement : written) {
            placement
                    .replicas()
                    .forEach(replica -> nodes.store(replica.node().value()).delete(placement.chunk()));
        }
    }

    private void write(List<ChunkPlacement> written) throws Exception {
        ByteBuffer slice = ByteBuffer.allocateDirect(SLICE_BYTES);
        byte[] random = new byte[SLICE_BYTES];
        new SplittableRandom(1).nextBytes(random);
        slice.put(random).flip();
        Deque<CompletableFuture<StoredChunk>> outstanding = new ArrayDeque<>();
        for (int i = 0; i < chunkCount; i++) {
            int first = i % 3;
            int[] chain = new int[copies];
            for (int k = 0; k < copies; k++) {
                chain[k] = (first + k) % 3 + 1;
            }
            ChunkPlacement placement = nodes.placement(nextChunk++, chain);
            written.add(placement);
            ChunkUpload upload = transport.open(placement);
            while (upload.length() < CHUNK_BYTES) {
                upload.append(slice);
            }
            outstanding.add(upload.seal(false));
            if (outstanding.size() == OUTSTANDING_MAX) {
                outstanding.remove().get(30, TimeUnit.SECONDS);
            }
        }
        for (CompletableFuture<StoredChunk> chunk : outstanding) {
            chunk.get(30, TimeUnit.SECONDS);
        }
    }

    private void read(List<ChunkPlacement> written, int pieceBytes) throws Exception {
        ByteBuffer[] targets = {ByteBuffer.allocateDirect(pieceBytes), ByteBuffer.allocateDirect(pieceBytes)};
        List<CompletableFuture<Void>> outstanding = new ArrayList<>();
        for (ChunkPlacement placement : written) {
            for (int offset = 0; offset < CHUNK_BYTES; offset += pieceBytes) {
                if (outstanding.size() == 2) {
                    outstanding.remove(0).get(30, TimeUnit.SECONDS);
                }
                int turn = (offset / pieceBytes + (int) placement.chunk().value()) % 2;
                outstanding.add(transport.read(placement, offset, targets[turn]));
            }
        }
        for (CompletableFuture<Void> read : outstanding) {
            read.get(30, TimeUnit.SECONDS);
        }
    }

    private void smallReads(List<ChunkPlacement> written) throws Exception {
        ByteBuffer target = ByteBuffer.allocateDirect(4096);
        SplittableRandom random = new SplittableRandom(2);
        int count = 5000;
        long start = System.nanoTime();
        long cpu = PROCESS.getProcessCpuTime();
        for (int i = 0; i < count; i++) {
            ChunkPlacement chunk = written.get(random.nextInt(written.size()));
            transport
                    .read(chunk, random.nextInt(CHUNK_BYTES / 4096) * 4096, target)
                    .get(30, TimeUnit.SECONDS);
        }
        System.out.printf(
                "%-14s %7.1f us each  %6.1f CPU-us each%n",
                "read 4 KiB",
                (System.nanoTime() - start) / 1e3 / count,
                (PROCESS.getProcessCpuTime() - cpu) / 1e3 / count);
    }

    private void measure(String name, Work work) throws Exception {
        long start = System.nanoTime();
        long cpu = PROCESS.getProcessCpuTime();
        work.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        double gib = (double) chunkCount * CHUNK_BYTES / (1 << 30);
        System.out.printf(
                "%-14s %7.0f MiB/s  %5.2f CPU-s/GiB%n",
                name, gib * 1024 / seconds, (PROCESS.getProcessCpuTime() - cpu) / 1e9 / gib);
    }
}
