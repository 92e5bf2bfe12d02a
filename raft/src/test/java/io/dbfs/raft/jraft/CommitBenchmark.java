package io.dbfs.raft.jraft;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dbfs.raft.Decision;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.Proposal;
import io.dbfs.raft.ReplicatedGroup;
import io.dbfs.raft.StateMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * Latency and rate of commits and reads of three replicas in one process. Run by hand:
 * {@code java -cp ... io.dbfs.raft.jraft.CommitBenchmark [directory]}.
 */
final class CommitBenchmark {
    private static final int COMMAND_BYTES = 200;
    private static final int ROUNDS = 3;
    private static final int SERIAL = 3000;
    private static final int PIPELINED = 60_000;
    private static final int WINDOW = 512;
    private static final int READS = 20_000;

    private long sequence;

    private CommitBenchmark() {}

    /** Measures in a temporary folder below the directory given, else below the working one. */
    public static void main(String[] arguments) throws IOException {
        Path parent = Path.of(arguments.length > 0 ? arguments[0] : ".");
        Path root = Files.createTempDirectory(parent, "commit-benchmark");
        StateMachine machine = (view, at, command) -> {
            byte[] key = Arrays.copyOf(command, Long.BYTES + 1);
            key[0] = 1;
            view.get(key);
            return new Decision(List.of(new Mutation.Put(key, command)), key);
        };
        try (TestReplicas replicas = new TestReplicas(root, 3, machine, ReadMode.LEASE, Duration.ofSeconds(3))) {
            for (int round = 0; round < ROUNDS; round++) {
                new CommitBenchmark().round(replicas.group(replicas.awaitLeader()), round);
            }
        }
    }

    private void round(ReplicatedGroup leader, int round) {
        report("serial commit", serial(() -> leader.propose(next(round)).join(), SERIAL));
        long start = System.nanoTime();
        pipelined(leader, round);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("pipelined: %.0f commits/s%n", PIPELINED / seconds);
        report("lease read", serial(() -> leader.readBarrier().join(), READS));
    }

    private void pipelined(ReplicatedGroup leader, int round) {
        Semaphore window = new Semaphore(WINDOW);
        for (int i = 0; i < PIPELINED; i++) {
            window.acquireUninterruptibly();
            CompletableFuture<byte[]> unused =
                    leader.propose(next(round)).whenComplete((outcome, failure) -> window.release());
        }
        window.acquireUninterruptibly(WINDOW);
    }

    private Proposal next(int round) {
        sequence++;
        byte[] command = Arrays.copyOf("command".getBytes(UTF_8), COMMAND_BYTES);
        ByteBuffer.wrap(command).putLong(1, sequence % 10_000);
        return new Proposal(round + 1, sequence, Math.max(1, sequence - WINDOW), command);
    }

    private static long[] serial(Runnable operation, int count) {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            operation.run();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private static void report(String what, long[] sorted) {
        System.out.printf(
                "%s: p50 %.3f ms, p99 %.3f ms%n",
                what, sorted[sorted.length / 2] / 1e6, sorted[sorted.length * 99 / 100] / 1e6);
    }
}
