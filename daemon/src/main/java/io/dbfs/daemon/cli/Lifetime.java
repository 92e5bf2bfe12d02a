package io.dbfs.daemon.cli;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a long-running command has started, ended in reverse order when it returns, fails, or the process gets SIGTERM or
 * SIGINT. Ending is bounded: what does not end in time ends with the process. Thread-safe.
 */
final class Lifetime implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lifetime.class);
    private static final Duration END_TIMEOUT = Duration.ofSeconds(30);

    private final Deque<Part> parts = new ArrayDeque<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::close, "signal");
    private boolean ending;

    private Lifetime() {}

    /** From now on signals end what is added. */
    static Lifetime begin() {
        Lifetime lifetime = new Lifetime();
        Runtime.getRuntime().addShutdownHook(lifetime.hook);
        return lifetime;
    }

    /** Adds what is to be ended before all that was added earlier; ends it at once when the end has begun. */
    <T extends AutoCloseable> T add(String name, T closeable) {
        Part part = new Part(name, closeable);
        synchronized (parts) {
            if (!ending) {
                parts.push(part);
                return closeable;
            }
        }
        part.end();
        throw CommandFailure.failed("stopped while starting");
    }

    /** Returns when the end is asked for. */
    void awaitEnd() throws InterruptedException {
        asked.await();
    }

    /** Asks {@link #awaitEnd} to return. */
    void askToEnd() {
        asked.countDown();
    }

    /** Ends every part, in reverse order; returns when that is done or its time is over. */
    @Override
    public void close() {
        asked.countDown();
        boolean mine;
        synchronized (parts) {
            mine = !ending;
            ending = true;
        }
        if (mine) {
            Thread ender = new Thread(this::endParts, "shutdown");
            ender.setDaemon(true);
            ender.start();
        }
        awaitParts();
    }

    private void endParts() {
        try {
            for (Part part = next(); part != null; part = next()) {
                part.end();
            }
        } finally {
            ended.countDown();
        }
    }

    private Part next() {
        synchronized (parts) {
            return parts.poll();
        }
    }

    private void awaitParts() {
        try {
            if (!ended.await(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.error("shutdown: not done within {} s, leaving", END_TIMEOUT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Part(String name, AutoCloseable closeable) {
        void end() {
            try {
                closeable.close();
                log.info("shutdown: {} ended", name);
            } catch (Exception | Error e) {
                // The parts after it must end all the same: the write-back is one of them.
                log.error("shutdown: {} failed", name, e);
            }
        }
    }
}
