package io.dbfs.daemon.chunk;

import java.time.Duration;
import java.util.Arrays;

/** How long reads took lately: when one counts as slow. Small reads and large ones are told apart. Thread-safe. */
final class ReadLatencies {
    private static final int SMALL_BYTES = 64 * 1024;
    private static final int SAMPLES = 128;
    private static final int RECOMPUTED_EVERY = 16;

    private final long minNanos;
    private final Recent small = new Recent();
    private final Recent large = new Recent();

    ReadLatencies(Duration min) {
        this.minNanos = min.toNanos();
    }

    void took(int bytes, long nanos) {
        recent(bytes).add(nanos);
    }

    /** After so many nanoseconds a read of that size is slower than 95 of 100. */
    long slowAfterNanos(int bytes) {
        return Math.max(minNanos, recent(bytes).p95());
    }

    private Recent recent(int bytes) {
        return bytes <= SMALL_BYTES ? small : large;
    }

    private static final class Recent {
        private final long[] samples = new long[SAMPLES];
        private long count;
        private long p95;

        synchronized void add(long nanos) {
            samples[(int) (count++ % SAMPLES)] = nanos;
            if (count % RECOMPUTED_EVERY == 0) {
                long[] sorted = Arrays.copyOf(samples, (int) Math.min(count, SAMPLES));
                Arrays.sort(sorted);
                p95 = sorted[sorted.length * 95 / 100];
            }
        }

        synchronized long p95() {
            return p95;
        }
    }
}
