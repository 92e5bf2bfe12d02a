package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.LockReply;
import java.util.concurrent.TimeUnit;

/**
 * The lease under which one cluster keeps this mount's locks. It is counted from when a renewal was sent, so that it ends
 * here before it ends there. Guarded by who holds it.
 */
final class LockLease {
    private long number;
    private long lengthNanos;
    private long validUntilNanos;

    /** As the cluster knows it; 0 while there is none. */
    long number() {
        return number;
    }

    boolean is(long which) {
        return number == which;
    }

    long validUntilNanos() {
        return validUntilNanos;
    }

    /** Whether the reply is of a lease that began after the one known. */
    boolean isFollowedBy(LockReply reply) {
        return number != 0 && reply.getLease() > number;
    }

    /**
     * The cluster answered what was sent at {@code sentNanos}.
     *
     * @throws FsException ENOLCK where the answer is of a lease that ended meanwhile
     */
    void heard(long sentNanos, LockReply reply) {
        long told = reply.getLease();
        if (told == 0) {
            return;
        }
        if (told < number) {
            throw new FsException(Errno.ENOLCK, "lock lease " + told + " ended");
        }
        if (told > number) {
            number = told;
            lengthNanos = TimeUnit.MILLISECONDS.toNanos(reply.getLeaseMillis());
            validUntilNanos = sentNanos + lengthNanos;
        } else {
            renewed(told, sentNanos);
        }
    }

    /** The cluster renewed it when asked at {@code sentNanos}. */
    void renewed(long which, long sentNanos) {
        if (number == which) {
            validUntilNanos = Math.max(validUntilNanos, sentNanos + lengthNanos);
        }
    }

    /** It is over, or let go of. */
    void end() {
        number = 0;
    }
}
