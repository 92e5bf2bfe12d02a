package io.dbfs.test.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Gives every piece of work a deadline: a mount that hangs must end the run, not hang it. */
final class Watchdog implements AutoCloseable {
    private final ExecutorService worker = Executors.newSingleThreadExecutor(Watchdog::daemon);
    private final Duration limit;

    Watchdog(Duration limit) {
        this.limit = limit;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "bench-work");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Does the work, all of it on one thread.
     *
     * @throws IOException when it fails or takes too long
     */
    <T> T within(String what, Callable<T> work) throws IOException {
        Future<T> result = worker.submit(work);
        try {
            return result.get(limit.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(what + ": " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException(what + ": not done within " + limit.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(what + ": interrupted", e);
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
