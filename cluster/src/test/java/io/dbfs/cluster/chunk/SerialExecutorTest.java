package io.dbfs.cluster.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final SerialExecutor serial = new SerialExecutor(threads);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void tasksRunOneAfterAnotherInOrder() throws InterruptedException {
        // Not thread-safe on purpose: only one task at a time may touch it.
        List<Integer> seen = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        for (int i = 0; i < 10_000; i++) {
            int number = i;
            serial.execute(() -> seen.add(number));
        }
        serial.execute(done::countDown);
        assertEquals(true, done.await(10, TimeUnit.SECONDS));
        assertEquals(IntStream.range(0, 10_000).boxed().toList(), seen);
    }

    @Test
    void failedTaskDoesNotStopTheNext() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        serial.execute(() -> {
            throw new IllegalStateException("meant to fail");
        });
        serial.execute(done::countDown);
        assertEquals(true, done.await(10, TimeUnit.SECONDS));
    }

    @Test
    void taskThatNoThreadTakesIsRejectedAndForgotten() {
        threads.shutdown();
        for (int i = 0; i < 2; i++) {
            assertThrows(RejectedExecutionException.class, () -> serial.execute(() -> {}));
        }
    }
}
