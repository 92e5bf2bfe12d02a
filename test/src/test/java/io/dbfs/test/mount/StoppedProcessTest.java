package io.dbfs.test.mount;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.test.harness.Deployment;
import io.dbfs.test.harness.ServerProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is stopped (SIGSTOP) keeps its connections and answers nothing: programs go on, and fsync tells the truth. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class StoppedProcessTest {
    private static final int FILE_BYTES = 3 << 20;
    private static final int ROUNDS = 6;
    /** Else a mount on the nodes' host would hardly miss them. */
    private static final String FROM_NODES = "read_host_files=false";

    private final byte[] bytes = new byte[FILE_BYTES];

    @TempDir
    Path scratch;

    private String longest = "nothing";
    private long longestNanos;

    private interface Step {
        void run() throws IOException;
    }

    @Test
    void programsGoOnWhileAnyOneProcessIsStopped(TestReporter reporter) throws IOException {
        try (Deployment deployment = Deployment.start(scratch, 3, 3, FROM_NODES)) {
            workWhileStopped("following node", deployment, deployment.followingNode(), reporter);
            workWhileStopped("leading node", deployment, deployment.leadingNode(), reporter);
            workWhileStopped("leading supernode", deployment, deployment.leadingSupernode(), reporter);
        }
    }

    @Test
    void fsyncFailsWhenOneNodeIsLeftOfTheTwoThatMustStore() throws IOException {
        try (Deployment deployment = Deployment.start(scratch, 1, 3, FROM_NODES, "operation_timeout=5s");
                FileChannel channel = create(deployment.mount().resolve("file"))) {
            channel.write(ByteBuffer.wrap(bytes));
            List<ServerProcess> followers = deployment.followingNodes();
            followers.forEach(ServerProcess::pause);
            try {
                assertThrows(IOException.class, () -> channel.force(true));
            } finally {
                followers.forEach(ServerProcess::resume);
            }
        }
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private void workWhileStopped(String what, Deployment deployment, ServerProcess victim, TestReporter reporter)
            throws IOException {
        longestNanos = 0;
        for (int round = 0; round < ROUNDS; round++) {
            new SplittableRandom(round).nextBytes(bytes);
            Path file = deployment.mount().resolve(what.replace(' ', '-') + round);
            try (FileChannel channel = create(file)) {
                timed("write", () -> channel.write(ByteBuffer.wrap(bytes)));
                if (round == 0) {
                    victim.pause();
                }
                timed("fsync", () -> channel.force(true));
            }
            timed("read", () -> assertArrayEquals(bytes, Files.readAllBytes(file)));
            timed("rename", () -> Files.move(file, file.resolveSibling(file.getFileName() + "-done")));
        }
        victim.resume();
        reporter.publishEntry(
                "longest operation, " + what + " stopped",
                longest + " " + TimeUnit.NANOSECONDS.toMillis(longestNanos) + " ms");
        assertTrue(longestNanos < Duration.ofSeconds(30).toNanos(), longest + " took " + longestNanos + " ns");
        deployment.awaitHealthy();
    }

    private void timed(String operation, Step step) throws IOException {
        long start = System.nanoTime();
        step.run();
        long took = System.nanoTime() - start;
        if (took > longestNanos) {
            longestNanos = took;
            longest = operation;
        }
    }
}
