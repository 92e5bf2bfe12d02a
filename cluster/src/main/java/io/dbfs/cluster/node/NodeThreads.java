package io.dbfs.cluster.node;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of one node. */
final class NodeThreads implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeThreads.class);
    private static final int WORKERS = 2;
    private static final int WORK_MAX = 64;
    private static final long CLOSE_SECONDS = 5;

    /** Duties of a leader, and timers; never blocks. */
    final ScheduledExecutorService leader;
    /** Talks to the cluster's leader. */
    final ScheduledExecutorService beats;
    /** Talks to the supernode. */
    final ScheduledExecutorService reports;
    /** Copies, deletes, verifies. */
    final ExecutorService workers;

    NodeThreads(String node) {
        leader = Executors.newSingleThreadScheduledExecutor(named(node + "-leader"));
        beats = Executors.newSingleThreadScheduledExecutor(named(node + "-beat"));
        reports = Executors.newSingleThreadScheduledExecutor(named(node + "-report"));
        workers = new ThreadPoolExecutor(
                WORKERS, WORKERS, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WORK_MAX), named(node + "-work"));
    }

    /** Runs a task now and then every second; one that fails does not end those after it. */
    static void everySecond(ScheduledExecutorService executor, String name, Runnable task) {
        Future<?> unused = executor.scheduleWithFixedDelay(() -> guarded(name, task), 0, 1, TimeUnit.SECONDS);
    }

    /** Runs a task soon, unless the node is closing. */
    static void soon(ExecutorService executor, String name, Runnable task) {
        try {
            executor.execute(() -> guarded(name, task));
        } catch (RejectedExecutionException closing) {
            log.debug("{} not done: closing", name);
        }
    }

    @Override
    public void close() {
        List<ExecutorService> all = List.of(beats, reports, workers, leader);
        all.forEach(ExecutorService::shutdown);
        try {
            for (ExecutorService executor : all) {
                if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                    log.warn("a thread of the node still runs {} s after it was told to end", CLOSE_SECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void guarded(String name, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException failure) {
            log.error("{} failed; it is tried again", name, failure);
        }
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
