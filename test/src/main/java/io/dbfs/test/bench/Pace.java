package io.dbfs.test.bench;

import java.io.IOException;

/** Repeats one small operation and says how often a second it goes. */
final class Pace {
    /** A slow system must not hold up the rest: what was done until then gives the figure. */
    private static final double LIMIT_SECONDS = 15;

    private Pace() {}

    /** One operation. */
    interface Step {
        void run(int index) throws IOException;
    }

    /** Does exactly so many operations; returns operations per second. */
    static double all(int count, Step step) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            step.run(i);
        }
        return count / seconds(start);
    }

    /** Does so many operations, fewer when they take longer than 15 s; returns operations per second. */
    static double most(int count, Step step) throws IOException {
        long start = System.nanoTime();
        int done = 0;
        while (done < count && seconds(start) < LIMIT_SECONDS) {
            step.run(done++);
        }
        return done / seconds(start);
    }

    static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
