package io.dbfs.cluster.chunk;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Lets so many calls run at once; others wait their turn, up to a bound. Thread-safe. */
final class Admission {
    private final int runningMax;
    private final int waitingMax;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int running;

    Admission(int runningMax, int waitingMax) {
        this.runningMax = runningMax;
        this.waitingMax = waitingMax;
    }

    /** Runs {@code start} now, or when it is its turn; false when too many wait already. Each start is followed by one {@link #leave}. */
    boolean enter(Runnable start) {
        synchronized (waiting) {
            if (running == runningMax) {
                return waiting.size() < waitingMax && waiting.add(start);
            }
            running++;
        }
        start.run();
        return true;
    }

    /** One that was started has ended: the next may start. */
    void leave() {
        Runnable next = next();
        if (next != null) {
            next.run();
        }
    }

    private @Nullable Runnable next() {
        synchronized (waiting) {
            Runnable next = waiting.poll();
            if (next == null) {
                running--;
            }
            return next;
        }
    }
}
