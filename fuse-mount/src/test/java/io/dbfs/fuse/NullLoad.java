package io.dbfs.fuse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** What is done again and again to a file that throws its bytes away. */
enum NullLoad {
    STAT("stat") {
        @Override
        long run(Path file, long nanos) {
            return repeat(Posix.repeatedStat(file), nanos);
        }
    },
    STATS("stat, 4 threads") {
        @Override
        long run(Path file, long nanos) throws Exception {
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            try {
                List<Future<Long>> counts = IntStream.range(0, THREADS)
                        .mapToObj(i -> threads.submit(() -> STAT.run(file, nanos)))
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
    },
    CREATE("create, close, unlink") {
        @Override
        long run(Path file, long nanos) {
            Path created = file.resolveSibling("created");
            return repeat(
                    () -> {
                        Posix.close(Posix.open(created, Posix.O_CREAT | Posix.O_RDWR, 0644));
                        Posix.unlink(created);
                    },
                    nanos);
        }
    },
    WRITE("write of 1 MiB") {
        @Override
        long run(Path file, long nanos) throws IOException {
            return move(file, StandardOpenOption.WRITE, nanos);
        }
    },
    READ("read of 1 MiB") {
        @Override
        long run(Path file, long nanos) throws IOException {
            return move(file, StandardOpenOption.READ, nanos);
        }
    };

    private static final int BLOCK_BYTES = 1 << 20;
    private static final int FILE_BLOCKS = 256;
    private static final int THREADS = 4;

    private final String title;

    NullLoad(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Does it for so long; returns how often it was done. {@link #WRITE} must have been run before {@link #READ}. */
    abstract long run(Path file, long nanos) throws Exception;

    private static long repeat(Runnable call, long nanos) {
        long end = System.nanoTime() + nanos;
        long count = 0;
        while (System.nanoTime() < end) {
            call.run();
            count++;
        }
        return count;
    }

    /** Goes through the file again and again; returns the number of blocks. */
    private static long move(Path file, StandardOpenOption option, long nanos) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        long end = System.nanoTime() + nanos;
        long blocks = 0;
        while (System.nanoTime() < end) {
            try (FileChannel channel = FileChannel.open(file, option)) {
                for (int i = 0; i < FILE_BLOCKS && System.nanoTime() < end; i++) {
                    block.clear();
                    int moved = option == StandardOpenOption.WRITE ? channel.write(block) : channel.read(block);
                    if (moved < BLOCK_BYTES) {
                        break;
                    }
                    blocks++;
                }
            }
        }
        return blocks;
    }
}
