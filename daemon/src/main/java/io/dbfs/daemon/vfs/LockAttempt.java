package io.dbfs.daemon.vfs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.daemon.vfs.LockIdentities.Identity;
import io.dbfs.fuse.FileSystem.PendingLock;
import io.dbfs.proto.FileAttributes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One request for a lock, from when the kernel sent it until it is decided and, where nobody takes the lock, given back.
 * Thread-safe.
 */
final class LockAttempt implements PendingLock {
    private final Identity identity;
    private final Calls calls;
    private final Executor workers;
    private final CompletableFuture<Void> held = new CompletableFuture<>();

    @GuardedBy("this")
    private @Nullable LockWait wait;

    @GuardedBy("this")
    private State state = State.NEW;

    @GuardedBy("this")
    private boolean interrupted;

    /** Completes when the lock is given back; null while somebody takes it. */
    @GuardedBy("this")
    private @Nullable CompletableFuture<Void> abandoned;

    private enum State {
        NEW,
        ASKED,
        GRANTED,
        REFUSED
    }

    /** What an attempt does to the rest of the mount. All but {@link #abandon} block. */
    interface Calls {
        /** Asks the cluster. EAGAIN where the lock is not free and the attempt does not wait. */
        LockWait acquire(Identity owner);

        /** The lock was got: what was cached before counts no more. */
        void granted(FileAttributes contents);

        /** Nobody takes what was granted. */
        void giveBack(Identity owner);

        /** The attempt is over. */
        void end(Identity owner);

        /** Nobody takes the lock; completed when the cluster has let go of it. */
        CompletableFuture<Void> abandon(Identity owner);
    }

    LockAttempt(Identity identity, Calls calls, Executor workers) {
        this.identity = identity;
        this.calls = calls;
        this.workers = workers;
    }

    @Override
    public CompletableFuture<Void> ask() {
        if (!begin()) {
            FsException dying = new FsException(Errno.EINTR, "the program dies");
            decide(null, dying);
            throw dying;
        }
        LockWait asked;
        try {
            asked = calls.acquire(identity);
        } catch (RuntimeException e) {
            decide(null, e);
            throw e;
        }
        var unused = asked.granted().whenComplete(this::decide);
        if (isToCancel(asked)) {
            asked.cancel();
        }
        return held;
    }

    private synchronized boolean begin() {
        if (state != State.NEW) {
            throw new IllegalStateException("asked for twice");
        }
        state = State.ASKED;
        return abandoned == null;
    }

    private synchronized boolean isToCancel(LockWait asked) {
        wait = asked;
        return interrupted;
    }

    private void decide(@Nullable FileAttributes contents, @Nullable Throwable failure) {
        CompletableFuture<Void> returned;
        synchronized (this) {
            state = failure == null ? State.GRANTED : State.REFUSED;
            returned = abandoned;
        }
        Throwable outcome = failure;
        try {
            if (returned != null) {
                giveBack(returned);
            } else if (contents != null) {
                calls.granted(contents);
            }
        } catch (RuntimeException e) {
            outcome = e;
        } finally {
            calls.end(identity);
        }
        if (outcome != null) {
            held.completeExceptionally(outcome);
        } else {
            held.complete(null);
        }
    }

    private void giveBack(CompletableFuture<Void> returned) {
        try {
            // Where it was refused for want of an answer, it may have been granted.
            calls.giveBack(identity);
        } finally {
            returned.complete(null);
        }
    }

    @Override
    public void interrupt() {
        LockWait asked;
        synchronized (this) {
            interrupted = true;
            asked = wait;
        }
        if (asked != null) {
            asked.cancel();
        }
    }

    @Override
    public void abandon() {
        boolean granted;
        CompletableFuture<Void> returned;
        synchronized (this) {
            if (abandoned != null || state == State.REFUSED) {
                return;
            }
            returned = calls.abandon(identity);
            abandoned = returned;
            granted = state == State.GRANTED;
        }
        if (granted) {
            workers.execute(() -> giveBack(returned));
        } else {
            interrupt();
        }
    }
}
