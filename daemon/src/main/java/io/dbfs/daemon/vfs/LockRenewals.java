package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.daemon.client.LocksClient;
import io.dbfs.daemon.vfs.LockKeeper.Round;
import io.dbfs.proto.KeepLocksReply;
import io.dbfs.proto.KeepLocksRequest;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the keeper of one cluster's locks does in each round: it renews the lease, which brings the cluster's news. */
final class LockRenewals implements LockKeeper.Work {
    private static final Logger LOG = LoggerFactory.getLogger(LockRenewals.class);
    /** How long the cluster holds a question for news. */
    private static final int HOLD_MILLIS = 2_000;

    private static final Duration KEEP_PATIENCE = Duration.ofSeconds(4);

    private final ClusterLocks locks;
    private final LocksClient client;
    private final LongSupplier nanoTime;
    private final Executor workers;

    /** What is asked, and until when the lease is valid. */
    record Renewal(KeepLocksRequest.Builder request, long validUntilNanos) {}

    LockRenewals(ClusterLocks locks, LocksClient client, LongSupplier nanoTime, Executor workers) {
        this.locks = locks;
        this.client = client;
        this.nanoTime = nanoTime;
        this.workers = workers;
    }

    @Override
    public boolean isIdle() {
        return locks.isIdle();
    }

    @Override
    public boolean letGo() {
        return locks.letGo();
    }

    @Override
    public Round round() {
        locks.settleDebts();
        Renewal renewal = locks.renewal();
        if (renewal == null) {
            return Round.OVER;
        }
        KeepLocksRequest request = renewal.request().setHoldMillis(HOLD_MILLIS).build();
        long sent = nanoTime.getAsLong();
        if (sent - renewal.validUntilNanos() >= 0) {
            locks.runOut(request.getLease());
            return Round.OVER;
        }
        Duration left = Duration.ofNanos(renewal.validUntilNanos() - sent);
        return ask(request, sent, left.compareTo(KEEP_PATIENCE) < 0 ? left : KEEP_PATIENCE);
    }

    private Round ask(KeepLocksRequest request, long sent, Duration patience) {
        try {
            KeepLocksReply reply = client.keep(request, patience);
            locks.renewed(request.getLease(), sent);
            locks.grant(reply.getGrantedList());
            reply.getSettleList().forEach(inquiry -> workers.execute(() -> locks.settle(inquiry)));
            return Round.RENEWED;
        } catch (FsException e) {
            if (e.errno() == Errno.ESTALE) {
                locks.ended(request.getLease());
                return Round.OVER;
            }
            LOG.warn("the lock lease is not renewed: {}", e.getMessage());
            return Round.FAILED;
        }
    }
}
