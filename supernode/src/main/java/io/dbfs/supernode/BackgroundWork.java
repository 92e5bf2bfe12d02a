package io.dbfs.supernode;

import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that does one thing each second, until it is closed. */
final class BackgroundWork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundWork.class);
    private static final long PERIOD_SECONDS = 1;
    private static final long CLOSE_SECONDS = 5;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "supernode-background");
        made.setDaemon(true);
        return made;
    });

    BackgroundWork(Runnable round) {
        Future<?> unused =
                thread.scheduleWithFixedDelay(() -> run(round), PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    /** One failed round must not end all later ones, as the executor would have it. */
    private static void run(Runnable round) {
        try {
            round.run();
        } catch (RuntimeException failure) {
            LOG.error("background work of the supernode failed; next round in {} s", PERIOD_SECONDS, failure);
        }
    }

    /** Returns when the round under way has ended, so that it never meets a closed store. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("background work of the supernode did not end within {} s", CLOSE_SECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
