package io.dbfs.daemon.client;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.OpId;
import java.util.BitSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Numbers the operations of one client at one group. The group forgets an outcome once every operation up to it is
 * answered, and remembers at most 1024: so never more than {@link #WINDOW} numbers lie between the oldest that is
 * unanswered and the newest. Thread-safe.
 */
final class OpSequencer {
    /** Half of what a group remembers of one client. */
    static final int WINDOW = 512;

    private final long client;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    /** Answered numbers at or above {@link #lowest}, each at its remainder by the window. */
    private final BitSet answered = new BitSet(WINDOW);

    private long lowest = 1;
    private long next = 1;

    OpSequencer(long client) {
        this.client = client;
    }

    long client() {
        return client;
    }

    /**
     * A new identity; {@link #answered} must follow for it.
     *
     * @throws FsException ETIMEDOUT when the window stays full for {@code timeoutNanos}
     */
    OpId next(long timeoutNanos) {
        lock.lock();
        try {
            long left = timeoutNanos;
            while (next - lowest >= WINDOW) {
                if (left <= 0) {
                    throw new FsException(
                            Errno.ETIMEDOUT, "operation " + lowest + " of client " + client + " is unanswered");
                }
                left = advanced.awaitNanos(left);
            }
            return OpId.newBuilder()
                    .setClient(client)
                    .setSequence(next++)
                    .setAcknowledgedBelow(lowest)
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FsException(Errno.EINTR, "interrupted while waiting for operation " + lowest);
        } finally {
            lock.unlock();
        }
    }

    /** This operation has its outcome, or is given up: it will not be sent again. */
    void answered(OpId op) {
        lock.lock();
        try {
            answered.set(slot(op.getSequence()));
            while (lowest < next && answered.get(slot(lowest))) {
                answered.clear(slot(lowest));
                lowest++;
            }
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static int slot(long sequence) {
        return (int) (sequence % WINDOW);
    }
}
