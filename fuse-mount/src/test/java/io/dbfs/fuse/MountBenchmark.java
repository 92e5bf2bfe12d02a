package io.dbfs.fuse;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * What the adapters alone cost: calls into a filesystem that keeps attributes in memory and throws data away. Beside each
 * time stands the processor time of program, kernel and adapter together, which says more on a busy host. Arguments:
 * seconds for each figure (3), then adapters (all).
 */
final class MountBenchmark {
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int FILE_BLOCKS = 1024;
    private static final int THREADS = 4;

    private final Path root;
    private final long nanos;

    private MountBenchmark(Path root, long seconds) {
        this.root = root;
        this.nanos = seconds * 1_000_000_000;
    }

    public static void main(String[] arguments) throws Exception {
        long seconds = arguments.length > 0 ? Long.parseLong(arguments[0]) : 3;
        List<Adapter> adapters = arguments.length > 1
                ? Arrays.stream(arguments).skip(1).map(Adapter::valueOf).toList()
                : List.of(Adapter.values());
        for (Adapter adapter : adapters) {
            run(adapter, seconds);
        }
    }

    private static void run(Adapter adapter, long seconds) throws Exception {
        Path directory = Files.createTempDirectory("dbfs-benchmark");
        MountOptions options =
                MountOptions.parse("attr_timeout=0,entry_timeout=1000").withAdapter(adapter);
        MemoryFileSystem nothing = new MemoryFileSystem(1_000_000_000, true);
        Mount mount = Mounts.mount(nothing, directory, options);
        try {
            new MountBenchmark(directory, seconds).measure(adapter);
        } finally {
            mount.close();
            Files.delete(directory);
        }
    }

    private void measure(Adapter adapter) throws Exception {
        Path file = Files.createFile(root.resolve("file"));
        Runnable stat = Posix.repeatedStat(file);
        repeat(stat);
        report(adapter, "stat", () -> repeat(stat));
        report(adapter, "stat, 4 threads", () -> together(file));
        report(adapter, "create, close, unlink", () -> repeat(this::createAndRemove));
        report(adapter, "write of 1 MiB", () -> move(file, StandardOpenOption.WRITE));
        report(adapter, "read of 1 MiB", () -> move(file, StandardOpenOption.READ));
    }

    private static void report(Adapter adapter, String name, Measured measured) throws Exception {
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long cpu = process.getProcessCpuTime();
        long start = System.nanoTime();
        long count = measured.run();
        double wallMicros = (System.nanoTime() - start) / 1e3 / count;
        double cpuMicros = (process.getProcessCpuTime() - cpu) / 1e3 / count;
        System.out.printf(
                Locale.ROOT, "%-7s %-22s %8.1f us, %8.1f us of processor%n", adapter, name, wallMicros, cpuMicros);
    }

    private long repeat(Runnable call) {
        long end = System.nanoTime() + nanos;
        long count = 0;
        while (System.nanoTime() < end) {
            call.run();
            count++;
        }
        return count;
    }

    private long together(Path file) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Long>> counts = IntStream.range(0, THREADS)
                    .mapToObj(i -> threads.submit(() -> repeat(Posix.repeatedStat(file))))
                    .toList();
            long sum = 0;
            for (Future<Long> count : counts) {
                sum += count.get();
            }
            return sum;
        } finally {
            threads.shutdown();
        }
    }

    private void createAndRemove() {
        Path file = root.resolve("created");
        Posix.close(Posix.open(file, Posix.O_CREAT | Posix.O_RDWR, 0644));
        Posix.unlink(file);
    }

    /** Goes through the file again and again; returns the number of blocks. */
    private long move(Path file, StandardOpenOption option) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        long end = System.nanoTime() + nanos;
        long blocks = 0;
        while (System.nanoTime() < end) {
            try (FileChannel channel = FileChannel.open(file, option)) {
                for (int i = 0; i < FILE_BLOCKS && System.nanoTime() < end; i++, blocks++) {
                    block.clear();
                    int moved = option == StandardOpenOption.WRITE ? channel.write(block) : channel.read(block);
                    if (moved <= 0) {
                        i = FILE_BLOCKS;
                    }
                }
            }
        }
        return blocks;
    }

    private interface Measured {
        /** Returns how often it did what is measured. */
        long run() throws Exception;
    }
}
