package io.dbfs.daemon.vfs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that has a lease renewed for as long as something is locked. Thread-safe. */
final class LockKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(LockKeeper.class);
    /** Rounds without anything locked, after which the thread ends. */
    private static final int IDLE_ROUNDS = 5;

    private static final long PAUSE_MILLIS = 250;

    private final Work work;
    private final ThreadFactory threads;
    private final CountDownLatch ended = new CountDownLatch(1);

    @GuardedBy("this")
    private boolean running;

    @GuardedBy("this")
    private @Nullable Thread thread;

    @GuardedBy("this")
    private boolean closed;

    /** How a round went; {@code OVER}: there is no lease. */
    enum Round {
        RENEWED,
        FAILED,
        OVER
    }

    /** What the thread does. Called without any lock of the keeper's. */
    interface Work {
        /** Whether nothing is locked, waited for or owed. */
        boolean isIdle();

        /** Asks the cluster for news once, which takes a while. */
        Round round();

        /** Nothing was locked for some time; whether the lease is let go of, or not there. */
        boolean letGo();
    }

    LockKeeper(Work work, ThreadFactory threads) {
        this.work = work;
        this.threads = threads;
    }

    /** There is something to renew the lease for. */
    synchronized void keep() {
        if (!running && !closed) {
            running = true;
            Thread started = threads.newThread(this::run);
            thread = started;
            started.start();
        }
    }

    private void run() {
        int idle = 0;
        while (idle < IDLE_ROUNDS && !Thread.currentThread().isInterrupted()) {
            idle = work.isIdle() ? idle + 1 : 0;
            Round round = work.round();
            if (round == Round.OVER) {
                break;
            }
            if (round == Round.FAILED && !Thread.currentThread().isInterrupted()) {
                pause();
            }
        }
        synchronized (this) {
            running = false;
        }
        // Whoever locks something from here on finds no thread and starts one.
        if (!work.letGo() && !Thread.currentThread().isInterrupted()) {
            keep();
        }
    }

    /** A moment, or until the mount ends. */
    void pause() {
        try {
            if (ended.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("the mount ends");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The mount ends. */
    synchronized void close() {
        closed = true;
        if (running && thread != null) {
            thread.interrupt();
        }
        ended.countDown();
    }
}
