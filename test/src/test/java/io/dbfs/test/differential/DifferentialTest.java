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
    /** Share the time of a long run. */
    private static final int TESTS = 2;

    private static final int STEPS = 1_000;
    private static final int SEQUENCES = 25;
    /** Each turn from one mount to the other waits for both. */
    private static final int SEQUENCES_OF_TWO_MOUNTS = 3;

    private static final int SHRINKING_TRIES_MAX = 400;

    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void everyCallEndsAsOnALocalFilesystem(
            @Mounted.On(FileSystemUnderTest.LOCAL) Path local, @Mounted.On(FileSystemUnderTest.KERNEL) Path remote)
            throws Exception {
        play(new Trial(local, List.of(remote)), SEQUENCES);
    }

    /** What one mount did is written with fsync(2) and has reached the other when that one goes on. */
    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void twoMountsInTurnAreAsOneLocalFilesystem(
            @Mounted.On(FileSystemUnderTest.LOCAL) Path local,
            @Mounted.On(FileSystemUnderTest.KERNEL) Path first,
            @Mounted.Second Path second)
            throws Exception {
        play(new Trial(local, List.of(first, second)), SEQUENCES_OF_TWO_MOUNTS);
    }

    private static void play(Trial trial, int sequences) throws Exception {
        Assumptions.assumeTrue(LibC.isRoot(), "other users can be had by root alone");
        LibC.umask(0);
        long seed = Long.getLong("dbfs.soak.seed", System.nanoTime());
        long end = System.nanoTime()
                + Duration.ofMinutes(Long.getLong("dbfs.soak.minutes", 0)).toNanos() / TESTS;
        do {
            System.out.println("differential test: mounts " + trial.sides() + ", seed " + seed);
            round(trial, sequences, seed);
            seed++;
        } while (System.nanoTime() < end);
    }

    private static void round(Trial trial, int sequences, long seed) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(seed * THREADS + thread);
                running.add(executor.submit(() -> {
                    for (int i = 0; i < sequences && !Thread.currentThread().isInterrupted(); i++) {
                        sequence(trial, new StepMaker(random, trial.sides()).make(STEPS), seed);
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
        // Shrinking takes long and may fail in another way.
        System.out.println(
                "seed " + seed + ", being shrunk: " + difference.get().describe(steps));
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
