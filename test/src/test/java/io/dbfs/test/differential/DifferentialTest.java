package io.dbfs.test.differential;

import static org.junit.jupiter.api.Assertions.fail;

import io.dbfs.test.posix.FileSystemUnderTest;
import io.dbfs.test.posix.Mounted;
import io.dbfs.test.posix.libc.LibC;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Several threads, each with a sequence of its own, by four users. {@code -Ddbfs.soak.seed} repeats a run, {@code
 * -Ddbfs.soak.minutes} goes on with further seeds for so long (scripts/soak).
 */
@ExtendWith(Mounted.Resolver.class)
final class DifferentialTest {
    private static final int THREADS = 4;
    private static final int SEQUENCES_PER_THREAD = 25;
    private static final int STEPS = 1_000;
    private static final int SHRINKING_TRIES_MAX = 400;

    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void everyCallEndsAsOnALocalFilesystem(
            @Mounted.On(FileSystemUnderTest.LOCAL) Path local, @Mounted.On(FileSystemUnderTest.KERNEL) Path remote)
            throws Exception {
        Assumptions.assumeTrue(LibC.isRoot(), "other users can be had by root alone");
        LibC.umask(0);
        long seed = Long.getLong("dbfs.soak.seed", System.nanoTime());
        long end = System.nanoTime()
                + Duration.ofMinutes(Long.getLong("dbfs.soak.minutes", 0)).toNanos();
        Trial trial = new Trial(local, remote);
        do {
            System.out.println("differential test: seed " + seed);
            round(trial, seed);
            seed++;
        } while (System.nanoTime() < end);
    }

    private static void round(Trial trial, long seed) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(seed * THREADS + thread);
                running.add(executor.submit(() -> {
                    for (int i = 0;
                            i < SEQUENCES_PER_THREAD && !Thread.currentThread().isInterrupted();
                            i++) {
                        sequence(trial, new StepMaker(random).make(STEPS), seed);
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            executor.shutdownNow();
            if (!executor.awaitTermination(1, TimeUnit.MINUTES)) {
                System.out.println("differential test: a call does not return");
            }
        }
    }

    private static void sequence(Trial trial, List<Step> steps, long seed) {
        Optional<Trial.Difference> difference = trial.run(steps);
        if (difference.isEmpty()) {
            return;
        }
        List<Step> failing =
                steps.subList(0, Math.min(steps.size(), difference.get().step() + 1));
        List<Step> shrunk = new Shrinker(part -> trial.run(part).isPresent(), SHRINKING_TRIES_MAX).shrink(failing);
        StringBuilder message =
                new StringBuilder("seed " + seed + ": " + difference.get().describe(steps));
        message.append("\nafter these steps (of ").append(failing.size()).append("):\n");
        shrunk.forEach(step -> message.append("  ").append(step).append('\n'));
        trial.run(shrunk).ifPresent(again -> message.append("which end in ").append(again.describe(shrunk)));
        fail(message.toString());
    }
}
