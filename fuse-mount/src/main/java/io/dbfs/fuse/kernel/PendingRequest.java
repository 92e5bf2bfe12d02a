package io.dbfs.fuse.kernel;

import io.dbfs.common.Errno;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A request that waits for its one answer, whoever gives it first. Thread-safe. */
final class PendingRequest {
    private final long unique;
    private final int pid;
    private final Requests requests;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile boolean interrupted;
    private volatile @Nullable Runnable onInterrupt;
    private volatile @Nullable Runnable onAbandon;

    PendingRequest(long unique, int pid, Requests requests) {
        this.unique = unique;
        this.pid = pid;
        this.requests = requests;
    }

    long unique() {
        return unique;
    }

    /** The thread that waits, as this process knows it; 0 where it does not. */
    int pid() {
        return pid;
    }

    boolean isAnswered() {
        return answered.get();
    }

    /** Takes the right to answer; false when it was taken before. */
    boolean claim() {
        boolean first = answered.compareAndSet(false, true);
        if (first) {
            requests.end(this);
        }
        return first;
    }

    /**
     * Answers without a payload: success, or a failure.
     *
     * @return false when it was answered before, or the kernel no longer waits
     */
    boolean answer(Optional<Errno> failure) {
        return claim() && requests.send(unique, failure);
    }

    /** What to do before a dying program is told that nobody serves its request; whether it is not told already. */
    boolean onAbandon(Runnable action) {
        onAbandon = action;
        return !answered.get();
    }

    /** The program dies and waits no longer. */
    void abandon() {
        if (!claim()) {
            return;
        }
        Runnable action = onAbandon;
        if (action != null) {
            action.run();
        }
        requests.send(unique, Optional.of(Errno.EINTR));
    }

    /** What to do when the waiting program gets a signal; done at once when it has got one already. May run twice. */
    void onInterrupt(Runnable action) {
        onInterrupt = action;
        if (interrupted) {
            action.run();
        }
    }

    /** The waiting program got a signal. */
    void interrupt() {
        interrupted = true;
        Runnable action = onInterrupt;
        if (action != null) {
            action.run();
        }
    }
}
