package io.dbfs.common.wire;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines of this process's connections. Blocking sockets have no time-outs of their own that work for reading and writing
 * alike; a deadline costs an entry in a set, and is met within a fifth of a second.
 */
final class WireWatch {
    static final Logger LOG = LoggerFactory.getLogger(WireWatch.class);
    /** Deadlines are kept for the whole process, and so is the clock they go by: tests make them short instead. */
    static final LongSupplier CLOCK = System::nanoTime;

    static final SilentHosts HOSTS = new SilentHosts();

    private static final long PERIOD_MILLIS = 200;
    private static final Set<WireDeadline> ARMED = ConcurrentHashMap.newKeySet();
    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "wire-deadlines");
        thread.setDaemon(true);
        return thread;
    });

    static {
        ScheduledFuture<?> unused =
                TIMER.scheduleWithFixedDelay(WireWatch::check, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private WireWatch() {}

    static void arm(WireDeadline deadline) {
        ARMED.add(deadline);
    }

    static void disarm(WireDeadline deadline) {
        ARMED.remove(deadline);
    }

    private static void check() {
        long now = CLOCK.getAsLong();
        for (WireDeadline deadline : ARMED) {
            try {
                deadline.check(now);
            } catch (RuntimeException | OutOfMemoryError e) {
                // The timer would end with it, and no deadline of this process would be met any more.
                LOG.warn("a deadline could not be checked", e);
            }
        }
    }
}
